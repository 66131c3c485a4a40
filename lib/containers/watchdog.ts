import type { ContainerWatchdog } from './specification';

/** A pause, and then three probes without an answer, make 2.2 seconds. */
const PAUSE_SECONDS = 0.4;
const PROBE_SECONDS = 0.6;
const MISSES = 3;

/** In hundredths of a second, as `/proc` counts. */
const AT_ONCE = 55;
const LATE = 120;
const BUSY = 3;
const STOOD_STILL = 300;
const SHORT_LIVED = 500;

/**
 * Shell functions, of which `watch` watches a process and ends it when it hangs or has stood still. It succeeds when the
 * process is to start again, and fails when the container had better end: a process that hangs soon after each start.
 *
 * It looks at its own container alone, so no outage of others makes it end anything:
 *
 * - A probe must time out. Any answer will do, one that there are too many connections too. A refusal, or a probe that
 *   could not even start, tells nothing of the process.
 * - Meanwhile no thread of the process may want the CPU or wait for a disk, and together they may have used next to no
 *   CPU: who is busy or starved is slow, not hung.
 * - A probe that took far longer than it may does not count: here it is the watchdog that is starved or was stopped.
 * - A process that has never answered is not judged.
 * - The process stood still when the watchdog did, and the process's first thread, which wakes each second, did not
 *   either. The clock is the kernel's own: a correction of the time of day moves nothing.
 *
 * It is in every template twice quoted, so it is short and has no single quotes.
 */
export function watchFunctions({ port, fence }: ContainerWatchdog): string {
  return [
    'look() {',
    'read -r clock rest < /proc/uptime && read -r stat < /proc/$pid/stat || return',
    'last=$now last_cpu=$cpu last_wakes=$wakes now=${clock%.*}${clock#*.}',
    'set -- ${stat##*) }',
    'cpu=$((${12} + ${13}))',
    ...(fence ? FENCE : []),
    '}',
    'end() {',
    'kill -9 $pid',
    'trap : TERM',
    'echo "watchdog: the process $1, it is ended and starts again"',
    `[ $((now - begun)) -gt ${SHORT_LIVED} ]`,
    'exit',
    '}',
    'watch() {',
    'pid=$1 misses=0 answered= now=0 cpu=0 wakes=0 begun=',
    'look || return',
    'begun=$now',
    `while [ $misses -gt 0 ] || sleep ${PAUSE_SECONDS}; look; do`,
    `said=$(printf "version\\r\\nquit\\r\\n" | timeout ${PROBE_SECONDS} nc 127.0.0.1 ${port})`,
    'look || return',
    'took=$((now - last))',
    'if [ "$said" ]; then answered=1 misses=0',
    `elif [ $took -gt ${LATE} ]; then :`,
    `elif [ $took -lt ${AT_ONCE} ] || [ $((cpu - last_cpu)) -ge ${BUSY} ]; then misses=0`,
    'else case $(cat /proc/$pid/task/*/stat) in',
    '"" | *") R "* | *") D "*) misses=0 ;;',
    '*) misses=$((misses + 1)) ;;',
    'esac; fi',
    `[ $misses -lt ${MISSES} ] || [ -z "$answered" ] || end hung`,
    'done',
    'return 1',
    '} 2> /dev/null',
  ].join('\n');
}

/** While the watchdog was away, the process used less than a twentieth of a CPU and woke less than once a second. */
const FENCE = [
  'while read -r name value; do [ "$name" != voluntary_ctxt_switches: ] || wakes=$value; done < /proc/$pid/status',
  'gap=$((now - last))',
  `[ -z "$begun" ] || [ $gap -lt ${STOOD_STILL} ] || [ $((cpu - last_cpu)) -ge $((gap / 20)) ] ||`,
  '[ $((wakes - last_wakes)) -ge $((gap / 100)) ] || end "stood still for $((gap / 100)) s"',
];

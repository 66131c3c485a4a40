import type { ContainerWatchdog } from './specification';

/** A pause, and then three probes without an answer, make 2.6 seconds. */
const PAUSE_SECONDS = 0.8;
const PROBE_SECONDS = 0.6;
const MISSES = 3;

/** Ten beats in the time of which the watchdog says that all stood still. */
const BEAT_SECONDS = 0.3;

/** In hundredths of a second, as `/proc` counts. */
const AT_ONCE = 55;
const LATE = 120;
const BUSY = 3;
const STOOD_STILL = 300;
const SHORT_LIVED = 300;

/**
 * Shell functions, of which `watch` watches a process and ends it when it hangs or has stood still. It succeeds when the
 * process is to start again, and fails when the container had better end: a process that hangs soon after its first answer.
 *
 * It looks at its own container alone, so no outage of others makes it end anything:
 *
 * - A probe must time out. Any answer will do, one that there are too many connections too. A refusal, or a probe that
 *   could not even start, tells nothing of the process.
 * - Meanwhile no thread of the process may want the CPU or wait for a disk, and together they may have used next to no
 *   CPU: who is busy or starved is slow, not hung.
 * - A probe that took far longer than it may does not count: here it is the watchdog that is starved or was stopped.
 * - A process that has never answered is not judged.
 * - All stood still when the watchdog slept far too long, a second process that does nothing but wake several times a
 *   second did not wake, and the watched one did not go on using CPU either. Its wakes are counted from before the clock
 *   was read until after it was read again, so wherever the watchdog itself was stopped they are among them. The clock is
 *   the kernel's own: a correction of the time of day moves nothing. The second one starts no program, which a disk could
 *   hold up.
 *
 * It is in every template twice quoted, so it is short and has no single quotes. BusyBox's shell and bash can wait by
 * themselves, with `read -t`; dash cannot. That wait goes on after a stop, where that of `sleep` is over at once.
 */
export function watchFunctions({ port, fence }: ContainerWatchdog): string {
  const judge = fence ? ' && fence' : '';
  return [
    `pulse() { while read -t ${BEAT_SECONDS} nothing <&4; [ $? != 2 ] || sleep ${BEAT_SECONDS}; do :; done; }`,
    'look() {',
    ...(fence ? ['since=$before', 'beats', 'before=$beats'] : []),
    'read -r clock rest < /proc/uptime && read -r stat < /proc/$pid/stat || return',
    'last=$now last_cpu=$cpu now=${clock%.*}${clock#*.}',
    'set -- ${stat##*) }',
    // `${12}` would look like a parameter of CloudFormation's.
    'shift 11',
    'cpu=$(($1 + $2))',
    ...(fence ? ['beats'] : []),
    '}',
    ...(fence ? [BEATS, ...FENCE] : []),
    'end() {',
    'trap : TERM',
    'kill -9 $pid',
    'echo "watchdog: the process $1, it is ended and starts again"',
    `[ "$1" != hung ] || [ $((answered - begun)) -gt ${SHORT_LIVED} ]`,
    'exit',
    '}',
    'watch() {',
    'pid=$1 misses=0 begun= now=0 cpu=0 usual=0',
    'look || return',
    'while',
    `[ $misses -gt 0 ] || { sleep ${PAUSE_SECONDS} > /dev/null; look${judge} && usual=$((cpu - last_cpu)); }`,
    'do',
    `said=$(printf "version\\r\\nquit\\r\\n" | timeout ${PROBE_SECONDS} nc 127.0.0.1 ${port})`,
    `look${judge} || return`,
    'took=$((now - last))',
    'if [ "$said" ]; then answered=$now begun=${begun:-$now} misses=0',
    `elif [ $took -gt ${LATE} ]; then :`,
    `elif [ $took -lt ${AT_ONCE} ] || [ $((cpu - last_cpu)) -ge ${BUSY} ]; then misses=0`,
    'else case $(cat /proc/$pid/task/*/stat) in',
    '"" | *") R "* | *") D "*) misses=0 ;;',
    '*) misses=$((misses + 1)) ;;',
    'esac; fi',
    `[ $misses -lt ${MISSES} ] || [ -z "$begun" ] || end hung`,
    'done',
    'return 1',
    '} 2> /dev/null',
  ].join('\n');
}

const BEATS =
  'beats() { while read -r name value; do [ "$name" != voluntary_ctxt_switches: ] || beats=$value; done < /proc/$pulse/status; }';

/** The pulse beats less than twice a second, and the process uses less than half of the CPU that it did before. */
const FENCE = [
  'fence() {',
  'gap=$((now - last)) used=$((cpu - last_cpu))',
  `[ $gap -lt ${STOOD_STILL} ] || [ $((beats - since)) -ge $((gap / 50)) ] ||`,
  `{ [ $usual -ge ${BUSY} ] && [ $used -ge $((usual * gap / ${PAUSE_SECONDS * 200})) ]; } || end "stood still for $((gap / 100)) s"`,
  '}',
];

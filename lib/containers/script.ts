import { gzipSync } from 'node:zlib';
import { Token } from 'aws-cdk-lib';
import { quote } from '../contract/quote';
import type { ContainerFile, ContainerSpecification, ContainerWatchdog } from './specification';
import { watchFunctions } from './watchdog';

/** What the process and the lines before it say goes through here. A container that restarts finds it made. */
const LOG_PATH = '/tmp/log';

/** Nobody writes to it: who reads it with a time-out sleeps. */
const NAP_PATH = '/tmp/nap';

/** How a container's text is written. */
interface ScriptOptions {
  /** Whether long files travel compressed: where the text shares its room with others. The image then needs `base64` and `gunzip`. */
  readonly compressed?: boolean;
}

/** Shorter ones are left to be read. */
const LONG = 4096;

/**
 * The text that `sh -c` runs in the container of a cluster's process.
 *
 * Files travel in it, not in environment variables: it needs no volume and no image of one's own, and shows up
 * whole in the template.
 *
 * The shell stays, passes the request to stop on, and waits for the log: were the process the container's first, the
 * kernel would end the log with it, before its last words. Whatever becomes of the log, it is read on: a process whose
 * log nobody reads would come to a halt.
 */
export function containerScript(
  specification: ContainerSpecification,
  clusterName: string,
  { compressed = false }: ScriptOptions = {},
): string {
  const write = ({ path, content }: ContainerFile): string =>
    compressed && content.length > LONG && !Token.isUnresolved(content)
      ? `echo ${packed(content)} | base64 -d | gunzip > ${path}`
      : `printf '%s' ${quote(content)} > ${path}`;
  const files = (specification.files ?? []).map(write);
  const start = [...files, specification.command];
  return [
    `[ -p ${LOG_PATH} ] || mkfifo ${LOG_PATH}`,
    '{',
    'command -v awk > /dev/null || exec cat',
    `until awk ${quote(jsonLines(specification, clusterName))}; do sleep 1; done`,
    `} < ${LOG_PATH} & log=$!`,
    ...(specification.reporter === undefined ? [] : ['{', specification.reporter, '} 2> /dev/null &']),
    ...(specification.watchdog ? watched(specification.watchdog, start) : once(start)),
    // Not for ever: what the process has left running may still hold the log open.
    'for attempt in 1 2 3 4 5; do kill -0 $log 2> /dev/null || break; sleep 0.2; done',
    'exit $code',
  ].join('\n');
}

/** The same on every system: the header's last byte would name the one that it was compressed on. */
function packed(text: string): string {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255;
  return bytes.toString('base64');
}

// A signal ends a wait, too.
const AWAIT = 'until wait $process; code=$?; ! kill -0 $process 2> /dev/null; do :; done';

// Images name the signal that asks them to stop. A shell has its background processes ignore INT and QUIT.
function once(start: string[]): string[] {
  return [
    '(',
    ...start,
    `) > ${LOG_PATH} 2>&1 & process=$!`,
    "trap 'kill $process' TERM INT QUIT",
    "trap 'kill -USR1 $process' USR1",
    AWAIT,
  ];
}

/**
 * A process that its watchdog has ended starts again at once, in its place and at its address: a container or a task
 * that ends takes seconds to minutes to come back. The shell holds the log open in between. Once it is asked to stop, the
 * process has all the time that its host gives it.
 */
function watched(watchdog: ContainerWatchdog, start: string[]): string[] {
  return [
    `exec 3> ${LOG_PATH}`,
    `[ -p ${NAP_PATH} ] || mkfifo ${NAP_PATH}`,
    `exec 4<> ${NAP_PATH}`,
    watchFunctions(watchdog),
    'pulse > /dev/null 2>&1 3>&- & pulse=$!',
    "trap 'stop=1; kill $watch $process 2> /dev/null' TERM INT QUIT",
    "trap 'stop=1; kill $watch 2> /dev/null; kill -USR1 $process' USR1",
    'while :; do',
    '(',
    ...start,
    ') >&3 2>&1 3>&- 4>&- & process=$!',
    'watch $process >&3 3>&- & watch=$!',
    // The signal may have come before there was a process to pass it to.
    '[ -z "$stop" ] || kill $watch $process',
    AWAIT,
    'kill $watch',
    'wait $watch && [ -z "$stop" ] || break',
    // Who ended how is the shell's own talk, and no line of JSON.
    'done 2> /dev/null',
    'kill $pulse',
    'exec 3>&-',
  ];
}

/**
 * The program that makes each line a JSON object, with spaces for control characters. BusyBox's, GNU's and Mike's awk all
 * take it.
 */
function jsonLines({ process, role }: ContainerSpecification, cluster: string): string {
  const start = JSON.stringify({ cluster, process, role, message: '' }).slice(0, -2);
  return `{
  gsub(/["\\\\]/, "\\\\\\\\&")
  gsub(/[[:cntrl:]]/, " ")
  print ${JSON.stringify(start)} $0 "\\"}"
  fflush()
}`;
}

/**
 * Asks memcached, or a proxy that speaks its protocol, for its version. One that has all the connections that it takes
 * says so and is well: to end it would cost what it holds.
 *
 * With `timeout`, because a process that hangs still accepts connections and BusyBox's `nc -w` bounds only the connect.
 */
export function versionProbe(port: number): string {
  return `printf 'version\\r\\nquit\\r\\n' | timeout 2 nc 127.0.0.1 ${port} | grep -q -e ^VERSION -e '^ERROR Too many'`;
}

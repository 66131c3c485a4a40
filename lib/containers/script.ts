import { quote } from '../contract/quote';
import type { ContainerSpecification } from './specification';

/** What the process and the lines before it say goes through here. A container that restarts finds it made. */
const LOG_PATH = '/tmp/log';

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
export function containerScript(specification: ContainerSpecification, clusterName: string): string {
  const files = (specification.files ?? []).map(({ path, content }) => `printf '%s' ${quote(content)} > ${path}`);
  return [
    `[ -p ${LOG_PATH} ] || mkfifo ${LOG_PATH}`,
    '{',
    'command -v awk > /dev/null || exec cat',
    `until awk ${quote(jsonLines(specification, clusterName))}; do sleep 1; done`,
    `} < ${LOG_PATH} & log=$!`,
    '(',
    ...files,
    specification.command,
    `) > ${LOG_PATH} 2>&1 & process=$!`,
    // Images name the signal that asks them to stop. A shell has its background processes ignore INT and QUIT.
    "trap 'kill $process' TERM INT QUIT",
    "trap 'kill -USR1 $process' USR1",
    // A signal ends a wait, too.
    'until wait $process; code=$?; ! kill -0 $process 2> /dev/null; do :; done',
    // Not for ever: what the process has left running may still hold the log open.
    'for attempt in 1 2 3 4 5; do kill -0 $log 2> /dev/null || break; sleep 0.2; done',
    'exit $code',
  ].join('\n');
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
 * Asks memcached, or a proxy that speaks its protocol, for its version.
 *
 * With `timeout`, since a process that hangs still accepts connections and BusyBox's `nc -w` bounds only the connect.
 */
export function versionProbe(port: number): string {
  return `printf 'version\\r\\nquit\\r\\n' | timeout 2 nc 127.0.0.1 ${port} | grep -q '^VERSION'`;
}

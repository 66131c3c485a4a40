import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';

/** Where cloud-init keeps what user data says (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
const OUTPUT = '/var/log/cloud-init-output.log';

/** How much of it is sent, at most. A machine that did not become a node gives its reason last. */
const LINES = 60;
const BYTES = 8000;

/** Each of the two calls may take so long: the machine powers off whether the log is there or not. */
const CALL_SECONDS = 10;

/**
 * A shell function that sends the last lines of a boot to the cluster's log, each as the JSON object that the lines of
 * processes are, to a stream named as theirs. It always comes to an end, and it is no harm if it fails.
 */
export function bootReport({ logGroup, clusterName }: CacheContext): string {
  const start = JSON.stringify({ cluster: clusterName, process: 'boot', role: CacheRole.NODE, message: '' }).slice(
    0,
    -2,
  );
  return `logs() {
  timeout -k 1 ${CALL_SECONDS} aws logs "$1" --log-group-name ${logGroup.logGroupName} \\
    --log-stream-name "nodes/boot/\${node:-unknown}/\${instance:-unknown}" "\${@:2}"
}
report() {
  local escape='s/[\\\\"]/\\\\&/g' events
  sleep 1
  events=$(tail -n ${LINES} ${OUTPUT} | tail -c ${BYTES} | tr -cd '\\n -~' | sed -e "$escape" -e 's|.*|${start}&"}|' \\
    -e "$escape" -e "s|.*|{\\"timestamp\\":$(date +%s000),\\"message\\":\\"&\\"}|" | paste -sd ,)
  logs create-log-stream
  logs put-log-events --log-events "[$events]"
}`;
}

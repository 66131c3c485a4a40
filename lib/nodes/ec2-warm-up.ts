import { Duration } from 'aws-cdk-lib';
import type { CacheContext } from '../context/cache-context';
import { knownSeconds, knownShare } from '../validation';

/** How long an update waits for an empty node to warm up. */
export interface Ec2WarmUpOptions {
  /**
   * The longest time that an update waits for a node to fill again before it goes on to the next zone. It goes on earlier if
   * `warmHitRatio` of the node's reads are hits, or if nobody reads from the node. Only the node's own reads are looked at: if
   * the application reads many keys that are stored nowhere, the update waits for the whole time.
   *
   * In a replicated cluster, reads fill a zone from the other zones; in a sharded cluster, the application's own writes fill
   * the node. With `Duration.seconds(0)` an update only waits until the node answers. At most 45 minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly instanceWarmup?: Duration;

  /**
   * The share of the reads within ten seconds that have to be hits for a node to count as warm. Set it a little lower than the
   * hit ratio that a zone usually has.
   *
   * @default 0.8
   */
  readonly warmHitRatio?: number;
}

const WINDOW_SECONDS = 10;

/** Within so many seconds a proxy has asked: `timeouts.retry`, 1 second by default, and two. */
const ASKED_SECONDS = 3;

/** Windows without a read, after which nobody is taken to read. A node that has just come back is not read from for a while. */
const QUIET = 3;

/** CloudFormation waits an hour at the most for a signal, and a machine needs a quarter to boot. */
const MOST_SECONDS = 45 * 60;

/** The wait of a cluster's nodes, in seconds. */
export interface Ec2WarmUp {
  readonly seconds: number;
  readonly hitRatio: number;
}

/** Checks the options. */
export function ec2WarmUp({ instanceWarmup, warmHitRatio }: Ec2WarmUpOptions): Ec2WarmUp {
  const seconds = knownSeconds('instanceWarmup', instanceWarmup ?? Duration.minutes(5), {
    min: 0,
    max: MOST_SECONDS,
    advice: 'CloudFormation waits an hour at the most for a machine to boot and to warm up; choose a shorter time',
  });
  const hitRatio = knownShare('warmHitRatio', warmHitRatio ?? 0.8, {
    advice: 'set instanceWarmup to Duration.seconds(0) where an update is not to wait',
  });
  return { seconds, hitRatio };
}

/**
 * Waits until the node is warm, before it signals. It asks itself alone, by counters that it keeps anyway: proxies read from
 * their zone's node first, so the share of its reads that hit is what it could answer of them.
 *
 * Proxies that live ask each node several times a second whether it answers. Where nobody has asked within the time that they
 * leave a lost node alone by default, as in a first deployment, there is nobody to wait for. A process that starts anew counts
 * from 0: that window says nothing. Whatever goes wrong here, the node is a node. It is the same for each topology and routing,
 * so that a change of those replaces no node.
 */
export function warmUpCommands({ port }: CacheContext, { seconds, hitRatio }: Ec2WarmUp): string[] {
  const windows = Math.ceil(seconds / WINDOW_SECONDS);
  if (windows === 0) return [];
  return [
    `figures() {
  local stat name value
  gets=0 hits=0 asked=0
  while read -r stat name value; do
    value=\${value%$'\\r'}
    case $name in
      cmd_get) ((gets = value, asked += value)) ;;
      get_hits) ((hits = value)) ;;
      cmd_set | cmd_meta) ((asked += value)) ;;
    esac
  done < <(docker exec memcached sh -c "printf 'stats\\r\\nquit\\r\\n' | timeout 2 nc 127.0.0.1 ${port}")
}
warm() {
  local window quiet=0 last_gets last_hits
  sleep ${ASKED_SECONDS}
  figures
  ((asked > 0)) || return
  for ((window = 0; window < ${windows} && quiet < ${QUIET}; window++)); do
    last_gets=$gets last_hits=$hits
    sleep ${WINDOW_SECONDS}
    figures
    if ((gets <= last_gets)); then
      ((++quiet))
    elif (((hits - last_hits) * 1000 >= ${Math.round(hitRatio * 1000)} * (gets - last_gets))); then
      return
    else
      quiet=0
    fi
  done
}
warm || true`,
  ];
}

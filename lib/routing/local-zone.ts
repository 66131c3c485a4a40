import { Fn } from 'aws-cdk-lib';
import { quote } from '../contract/quote';
import type { ProxyContext } from '../context/proxy-context';
import { ZONE_UNKNOWN } from '../contract/log-phrases';

/**
 * Shell lines that find the letter of the zone a task runs in, from the task's metadata, and export it.
 * Elsewhere than on ECS there is no such metadata, and the environment tells the zone.
 *
 * The letters, not the names of the availability zones, go into an engine's configuration: the names may be known only
 * at deployment, and memcached's route library takes letters only.
 */
export function localZone(context: ProxyContext, variable: string): string[] {
  const cases = context.zones.map(({ label, availabilityZone }) =>
    Fn.join('', [availabilityZone, `) ${variable}=${label} ;;`]),
  );
  return [
    'az=$AVAILABILITY_ZONE',
    // Once is not enough: a proxy that took the first zone for its own would read across zones for as long as it lives.
    'for attempt in 1 2 3 4 5; do',
    '  [ -n "$az" ] && break',
    `  az=$(wget -q -T 2 -O - "$ECS_CONTAINER_METADATA_URI_V4/task" | sed -n ${quote('s/.*"AvailabilityZone": *"\\([^"]*\\)".*/\\1/p')})`,
    '  [ -n "$az" ] || sleep 1',
    'done',
    'case "$az" in',
    ...cases,
    `*) ${variable}=${context.zones[0].label}; echo "${ZONE_UNKNOWN}: the task's metadata says '$az'; reads start in zone ${context.zones[0].label}" ;;`,
    'esac',
    `export ${variable}`,
  ];
}

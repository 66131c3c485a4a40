import { NAMESPACE, SIDECAR_DIMENSIONS, SIDECAR_METRICS, type SidecarDimension } from '../contract/metric-names';
import { quote } from '../contract/quote';
import { libraryText } from './proxy-library';

/** Whose metrics they are. */
export type SidecarOwner = Readonly<Record<SidecarDimension, string>>;

/** As often as the probe. */
const SECONDS = 60;

/**
 * Shell text that writes a line of metrics each minute, in CloudWatch's embedded format: what the probe writes of the proxies of a
 * tier. A minute in which the proxy does not answer has none. One that has all its connections refuses this one too, and the line
 * says so.
 */
export function sidecarReport(port: number, owner: SidecarOwner): string {
  return [
    'now="AT 0"',
    `while sleep ${SECONDS}; do`,
    'last=$now',
    `now=$(echo AT $(date +%s); printf "stats\\r\\nstats proxy\\r\\nquit\\r\\n" | timeout 5 nc 127.0.0.1 ${port})`,
    `printf "%s\\n" "$last" "$now" | awk ${quote(program(owner))}`,
    'case $now in *uptime*) ;; *) now=$last ;; esac',
    'done',
  ].join('\n');
}

function program(owner: SidecarOwner): string {
  const members = (value: object): string => JSON.stringify(JSON.stringify(value).slice(1, -1));
  return [
    'BEGIN {',
    ...Object.entries(SIDECAR_METRICS).map(([name, { unit }]) => `unit["${name}"] = "${unit}"`),
    `directive = ${members({ Namespace: NAMESPACE, Dimensions: [SIDECAR_DIMENSIONS] })}`,
    `owner = ${members({ type: 'sidecar', ...owner })}`,
    '}',
    libraryText('report.awk'),
  ].join('\n');
}

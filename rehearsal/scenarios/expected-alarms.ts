import { ALARM, zoneAlarmId } from '../../lib/contract/alarm-ids';
import type { AlarmsPlan, ClusterPlan } from '../assembly/plan';

/** The alarms that a fault fires that lasts. */
export interface ExpectedAlarms {
  /** The letter of the zone that it is in. */
  readonly zone: string;
  /** Each of these alarms has to fire; none where the template has none that would. */
  readonly alarms: readonly string[];
}

/** Of the first node. */
export function alarmsOfNode({ nodes, alarms }: ClusterPlan): ExpectedAlarms {
  const zone = letterOf(nodes[0]!.name);
  return { zone, alarms: unreachable(alarms, zone) };
}

/** Of the first zone. */
export function alarmsOfZone(plan: ClusterPlan): ExpectedAlarms {
  const zone = firstZoneOf(plan);
  const ofZone = (['Down', 'WithoutHealthyTarget'] as const).flatMap((what) =>
    presentIn(plan.alarms, zoneAlarmId(zone, what)),
  );
  return { zone, alarms: [...ofZone, ...unreachable(plan.alarms, zone)] };
}

/** Of the proxies of the first zone. */
export const alarmsOfProxies = (plan: ClusterPlan): ExpectedAlarms => ({
  zone: firstZoneOf(plan),
  alarms: presentIn(plan.alarms, ALARM.proxiesMissing),
});

/** A cluster that publishes no metrics by zone has one alarm for all nodes. */
function unreachable(alarms: AlarmsPlan, zone: string): string[] {
  const ofZone = presentIn(alarms, zoneAlarmId(zone, 'NodeUnreachable'));
  return ofZone.length > 0 ? ofZone : presentIn(alarms, ALARM.nodeUnreachable);
}

/** The user may have switched it off. One that is not evaluated here is in the template all the same. */
const presentIn = ({ metric, notEvaluated }: AlarmsPlan, wanted: string): string[] =>
  [...metric, ...notEvaluated].some(({ name }) => name === wanted) ? [wanted] : [];

const firstZoneOf = ({ nodes, zones }: ClusterPlan): string =>
  letterOf((nodes.find(({ zone }) => zone === zones[0]) ?? nodes[0]!).name);

/** Nodes are named after their zone's letter, alarms in capitals. */
const letterOf = (node: string): string => node[0]!.toUpperCase();

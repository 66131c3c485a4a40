import { tagsOf, textOf, type Resource, type SynthesizedCluster } from '../synth';

export const METRIC_ALARM = 'AWS::CloudWatch::Alarm';
export const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** The alarms by their short names. */
export function alarms(made: SynthesizedCluster, type = METRIC_ALARM): Record<string, Resource['Properties']> {
  return Object.fromEntries(
    Object.values(made.resources(type)).map((each) => [tagsOf(each)['cdk-memcached:alarm'], each.Properties]),
  );
}

/** One of the alarms. */
export function alarm(made: SynthesizedCluster, name: string): Resource['Properties'] {
  const found = alarms(made)[name];
  if (!found) throw new Error(`no alarm ${name}, but ${Object.keys(alarms(made)).join(', ')}`);
  return found;
}

/** The rule of a composite alarm, with the short names of the alarms that are to be in alarm. */
export function ruleOf(cluster: SynthesizedCluster, name: string): string {
  const byId = Object.fromEntries(
    Object.entries(cluster.resources(METRIC_ALARM)).map(([id, each]) => [id, tagsOf(each)['cdk-memcached:alarm']]),
  );
  const rule = textOf(alarms(cluster, COMPOSITE)[name].AlarmRule);
  return rule.replace(/ALARM\("\$\{([^.}]+)\.Arn\}"\)/g, (_, id: string) => byId[id]!).replace(/^\((.*)\)$/, '$1');
}

/** The short names of the alarms of which each puts a composite alarm in alarm. */
export function childrenOf(cluster: SynthesizedCluster, name: string): string[] {
  const rule = ruleOf(cluster, name);
  expect(rule).not.toMatch(/ AND |NOT /);
  return rule.split(' OR ');
}

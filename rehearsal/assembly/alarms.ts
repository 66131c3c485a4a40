import { NAMESPACE } from '../../lib/contract/metric-names';
import { CacheTag } from '../../lib/contract/tags';
import type { DeployedResource, Deployment } from './deployment';
import { isKnown } from './expression';
import type { AlarmsPlan, CompositeAlarmPlan, ExpressionPlan, MetricAlarmPlan, MetricRef, MissingData } from './plan';
import { tagsOf } from './tags';
import type { Stack } from './template';

/** Those that the load balancer's stand-in counts as a real one does. */
const balancerMetrics: readonly string[] = ['HealthyHostCount', 'UnHealthyHostCount'];

/** Reads a cluster's alarms: those that can be evaluated here, and why the others cannot. */
export function readAlarms(deployment: Deployment, stack: Stack, cluster: string): AlarmsPlan {
  const ofCluster = (type: string) =>
    deployment.tagged(stack, CacheTag.ALARM, type).filter((alarm) => tagsOf(alarm)[CacheTag.CLUSTER] === cluster);
  const alarms = ofCluster('AWS::CloudWatch::Alarm').map((alarm) => ({ alarm, reason: whyNot(deployment, alarm) }));
  return {
    metric: alarms.filter(({ reason }) => !reason).map(({ alarm }) => metricAlarm(deployment, alarm)),
    composite: ofCluster('AWS::CloudWatch::CompositeAlarm').map((alarm) => compositeAlarm(deployment, alarm)),
    notEvaluated: alarms.flatMap(({ alarm, reason }) =>
      reason ? [{ name: nameOf(alarm), ids: idsOf(deployment, alarm), reason }] : [],
    ),
  };
}

function whyNot(deployment: Deployment, { stack, properties }: DeployedResource): string | undefined {
  const { Namespace, MetricName, Metrics, ThresholdMetricId } = properties;
  if (ThresholdMetricId !== undefined) return 'its threshold is a band that CloudWatch learns from weeks of figures';
  const namespaces = new Set<string>(
    Metrics ? (Metrics as any[]).flatMap(({ MetricStat }) => MetricStat?.Metric?.Namespace ?? []) : [Namespace],
  );
  if (Namespace === 'AWS/NetworkELB' && balancerMetrics.includes(MetricName)) return undefined;
  // Nothing here publishes any other metric.
  if (!namespaces.has(NAMESPACE)) return `the probe does not publish its metric (${[...namespaces].join(', ')})`;
  if (Metrics) return expressionOf(Metrics) ? undefined : 'it watches an expression that is not evaluated here';
  return isFiltered(deployment, stack, Namespace, MetricName) ? 'a filter of a log publishes its metric' : undefined;
}

/** Whether CloudWatch makes the metric of the lines of a log, and not the probe. */
function isFiltered(deployment: Deployment, stack: Stack, namespace: string, name: string): boolean {
  const makes = ({ MetricTransformations = [] }: any) =>
    MetricTransformations.some((each: any) => each.MetricNamespace === namespace && each.MetricName === name);
  return deployment.idsOf(stack, 'AWS::Logs::MetricFilter', makes).length > 0;
}

/** The expression of an alarm: of figures of a minute, of which there is one, so that most statistics are that figure. */
function expressionOf(queries: any[]): ExpressionPlan | undefined {
  const [expression, ...others] = queries.flatMap(({ Expression = [] }) => Expression);
  const watched = queries.filter(({ MetricStat }) => MetricStat);
  const simple = watched.every(({ MetricStat: { Period, Stat } }) => Period === 60 && Stat !== 'SampleCount');
  if (expression === undefined || others.length > 0 || !simple || !isKnown(expression)) return undefined;
  return {
    expression,
    metrics: Object.fromEntries(watched.map(({ Id, MetricStat }) => [Id, refOf(MetricStat.Metric)])),
  };
}

const refOf = ({ Namespace, MetricName, Dimensions = [] }: any): MetricRef => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }: any) => [Name, String(Value)])),
});

function metricAlarm(deployment: Deployment, alarm: DeployedResource): MetricAlarmPlan {
  const { properties } = alarm;
  const evaluationPeriods = Number(properties.EvaluationPeriods);
  const expression = properties.Metrics && expressionOf(properties.Metrics);
  return {
    name: nameOf(alarm),
    ids: idsOf(deployment, alarm),
    metric: expression ?? refOf(properties),
    statistic: expression ? 'Average' : (properties.Statistic ?? properties.ExtendedStatistic),
    periodMinutes: expression ? 1 : Math.max(1, Number(properties.Period) / 60),
    evaluationPeriods,
    datapointsToAlarm: Number(properties.DatapointsToAlarm ?? evaluationPeriods),
    comparison: properties.ComparisonOperator,
    threshold: Number(properties.Threshold),
    missing: (properties.TreatMissingData ?? 'missing') as MissingData,
  };
}

const compositeAlarm = (deployment: Deployment, alarm: DeployedResource): CompositeAlarmPlan => ({
  name: nameOf(alarm),
  ids: idsOf(deployment, alarm),
  rule: String(alarm.properties.AlarmRule),
});

const nameOf = (alarm: DeployedResource): string => tagsOf(alarm)[CacheTag.ALARM]!;

/** What a rule may know it by. */
const idsOf = (deployment: Deployment, { stack, logicalId, ref, properties }: DeployedResource): string[] =>
  [ref, deployment.attribute(stack, logicalId, 'Arn'), properties.AlarmName]
    .filter((id) => id !== undefined)
    .map(String);

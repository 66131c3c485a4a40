import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { CacheContext } from '../../context/cache-context';
import type { AlarmSpecification } from './specification';
import { EACH_MINUTE } from '../../metrics/factory';
import { ALARM } from '../../contract/alarm-ids';
import { ZONE_UNKNOWN } from '../../contract/log-phrases';
import { NAMESPACE } from '../../contract/metric-names';

const METRIC_NAME = ALARM.proxyZoneUnknown;

/** Counts the proxies that started without learning their zone: they say so in the log, and nowhere else. */
export function proxyZoneUnknown(scope: Construct, { clusterName, logGroup }: CacheContext): AlarmSpecification {
  new logs.MetricFilter(scope, METRIC_NAME, {
    logGroup,
    // The log may be of several clusters.
    filterPattern: logs.FilterPattern.all(
      logs.FilterPattern.stringValue('$.message', '=', `${ZONE_UNKNOWN}*`),
      logs.FilterPattern.stringValue('$.cluster', '=', clusterName),
    ),
    metricNamespace: NAMESPACE,
    metricName: METRIC_NAME,
    metricValue: '1',
    dimensions: { Cluster: '$.cluster' },
  });
  return {
    id: METRIC_NAME,
    option: 'proxyZoneUnknown',
    metric: new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName: METRIC_NAME,
      dimensionsMap: { Cluster: clusterName },
      statistic: cloudwatch.Stats.SUM,
      ...EACH_MINUTE,
    }).attachTo(scope),
    description: () =>
      'A memcached proxy does not know its zone and reads from the first one: stop it, and ECS starts another',
    comparison: 'atLeast',
    threshold: 1,
    range: { lowest: 0 },
    minutes: 1,
    // A metric of a filter has values only when a line matches.
    missing: cloudwatch.TreatMissingData.NOT_BREACHING,
    severity: 'degraded',
  };
}

import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { CacheContext } from '../context';
import { EACH_MINUTE, type AlarmSpecification } from './alarm-specification';
import { NAMESPACE } from './probe/metric-names';

/** Counts the proxies that started without learning their zone: they say so in the log, and nowhere else. */
export function proxyZoneUnknown(scope: Construct, context: CacheContext): AlarmSpecification {
  const filter = new logs.MetricFilter(scope, 'ProxyZoneUnknown', {
    logGroup: context.logGroup,
    filterPattern: logs.FilterPattern.stringValue('$.message', '=', 'zone unknown*'),
    // The line does not name the cluster, so its metric cannot have that for a dimension.
    metricNamespace: `${NAMESPACE}/${context.clusterName}`,
    metricName: 'ProxyZoneUnknown',
    metricValue: '1',
  });
  return {
    id: 'ProxyZoneUnknown',
    option: 'proxyZoneUnknown',
    metric: filter.metric({ ...EACH_MINUTE, statistic: cloudwatch.Stats.SUM }),
    description: () =>
      'A memcached proxy does not know its zone and reads from the first one: stop it, and ECS starts another',
    comparison: 'atLeast',
    threshold: { default: 1, min: 1 },
    minutes: 1,
    // A metric of a filter has values only when a line matches.
    missing: cloudwatch.TreatMissingData.NOT_BREACHING,
    severity: 'degraded',
  };
}

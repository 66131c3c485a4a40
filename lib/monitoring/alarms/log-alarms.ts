import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { CacheContext } from '../../context/cache-context';
import type { AlarmSpecification } from './specification';
import { EACH_MINUTE } from '../../metrics/factory';
import { ALARM } from '../../contract/alarm-ids';
import { CERTIFICATE_REFUSED, ZONE_UNKNOWN } from '../../contract/log-phrases';
import { NAMESPACE } from '../../contract/metric-names';

/** Counts the proxies that started without learning their zone: they say so in the log, and nowhere else. */
export function proxyZoneUnknown(scope: Construct, context: CacheContext): AlarmSpecification {
  return {
    ...logged(scope, context, ALARM.proxyZoneUnknown, ZONE_UNKNOWN),
    option: 'proxyZoneUnknown',
    description: () =>
      'A memcached proxy does not know its zone and reads from the first one: stop it, and ECS starts another',
  };
}

/** Counts the certificates that proxies do not take: the canary notices once the one before has expired. */
export function certificateRefused(scope: Construct, context: CacheContext): AlarmSpecification {
  return {
    ...logged(scope, context, ALARM.certificateRefused, CERTIFICATE_REFUSED),
    option: 'certificateRefused',
    description: () =>
      'A memcached proxy does not take the certificate of its secret, and serves the one before: put a valid one there',
    // Each proxy says it again when it has read the secret again, within the hour.
    withinMinutes: 60,
  };
}

/** An alarm on messages that begin so. */
function logged(
  scope: Construct,
  { clusterName, logGroup }: CacheContext,
  metricName: string,
  phrase: string,
): Omit<AlarmSpecification, 'option' | 'description'> {
  new logs.MetricFilter(scope, metricName, {
    logGroup,
    // The log may be of several clusters.
    filterPattern: logs.FilterPattern.all(
      logs.FilterPattern.stringValue('$.message', '=', `${phrase}*`),
      logs.FilterPattern.stringValue('$.cluster', '=', clusterName),
    ),
    metricNamespace: NAMESPACE,
    metricName,
    metricValue: '1',
    dimensions: { Cluster: '$.cluster' },
  });
  return {
    id: metricName,
    metric: new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName,
      dimensionsMap: { Cluster: clusterName },
      statistic: cloudwatch.Stats.SUM,
      ...EACH_MINUTE,
    }).attachTo(scope),
    comparison: 'atLeast',
    threshold: 1,
    range: { lowest: 0 },
    minutes: 1,
    // A metric of a filter has values only when a line matches.
    missing: cloudwatch.TreatMissingData.NOT_BREACHING,
    severity: 'degraded',
  };
}

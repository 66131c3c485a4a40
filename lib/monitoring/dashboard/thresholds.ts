import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { NodeMetricName } from '../../contract/metric-names';

/** The thresholds of the alarms on a metric, as lines in its graph. */
export function thresholdsOf(
  alarms: readonly cloudwatch.IAlarm[] = [],
  name: NodeMetricName,
): cloudwatch.HorizontalAnnotation[] {
  const values = alarms.filter((alarm) => isOn(alarm, name)).map((alarm) => alarm.toAnnotation().value);
  return [...new Set(values)].map((value) => ({ value, label: 'alarm', color: cloudwatch.Color.RED }));
}

/** Composites and expressions have no threshold in the metric's unit. */
const isOn = (alarm: cloudwatch.IAlarm, name: NodeMetricName): alarm is cloudwatch.Alarm =>
  alarm instanceof cloudwatch.Alarm && alarm.metric instanceof cloudwatch.Metric && alarm.metric.metricName === name;

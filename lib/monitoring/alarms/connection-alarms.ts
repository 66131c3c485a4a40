import { TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARM } from '../../contract/alarm-ids';
import { percent, SHARE, type AlarmSpecification } from './specification';

/** Who has no figures is not watched by these alarms: a silent probe has one of its own, and a task that does not run has no proxy. */
const common = { missing: TreatMissingData.NOT_BREACHING, severity: 'degraded' } as const;

/** @param who has the connections, as a sentence begins */
export function connectionsNearLimit(ratio: IMetric, who: string): AlarmSpecification<'connectionsNearLimit'> {
  return {
    ...common,
    id: ALARM.connectionsNearLimit,
    option: 'connectionsNearLimit',
    metric: ratio,
    description: (threshold) => `${who} has ${percent(threshold)} or more of the connections that it may have`,
    comparison: 'atLeast',
    threshold: 0.8,
    range: SHARE,
    minutes: 5,
  };
}

/**
 * @param who has the connections, as a sentence begins
 * @param remedy as the sentence ends
 */
export function connectionsRejected(
  rejected: IMetric,
  who: string,
  remedy = '',
): AlarmSpecification<'connectionsRejected'> {
  return {
    ...common,
    id: ALARM.connectionsRejected,
    option: 'connectionsRejected',
    metric: rejected,
    description: () => `${who} had all the connections that it may have, and refused others${remedy}`,
    comparison: 'above',
    threshold: 0,
    range: { lowest: 0 },
    minutes: 3,
    withinMinutes: 10,
  };
}

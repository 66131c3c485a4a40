import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { ALARM } from '../contract/alarm-ids';
import type { IProxySidecar, ProxySidecarAlarmsOptions } from '../interfaces/proxy-sidecar';
import { EACH_MINUTE, MetricFactory } from '../metrics/factory';
import type { ClusterFacts } from '../metrics/facts';
import { homeOf } from '../metrics/home';
import { ProxySidecarMetrics } from '../metrics/sidecar-metrics';
import type { SidecarOwner } from '../routing/sidecar-report';
import { addAction } from './alarms/actions';
import { isEnabled, makeAlarm } from './alarms/make-alarm';
import { debtsStayOwed } from './alarms/probe-alarms';
import type { AlarmSpecification } from './alarms/specification';

/** What monitors the proxies beside an application. */
export type SidecarMonitoring = Pick<IProxySidecar, 'metrics' | 'alarms' | 'addAlarmAction'>;

type SidecarAlarm = AlarmSpecification<keyof ProxySidecarAlarmsOptions>;

const SHARE = { lowest: 0, highest: 1 };

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** The metrics and alarms of the proxies beside an application; none where they publish nothing. */
export function monitorSidecar(
  cluster: Construct,
  facts: ClusterFacts,
  taskDefinition: ecs.TaskDefinition,
  owner: SidecarOwner | undefined,
  options?: ProxySidecarAlarmsOptions,
): SidecarMonitoring {
  const metrics = owner && new ProxySidecarMetrics(taskDefinition, owner);
  const scope = new Construct(taskDefinition, 'MemcachedProxyAlarms');
  const alarms = (metrics ? specifications(metrics, cluster, facts, taskDefinition) : [])
    .filter(({ option }) => isEnabled(option, options))
    .map((each) => makeAlarm(scope, each, options?.[each.option] ?? {}));
  return {
    metrics,
    alarms,
    addAlarmAction: (...actions) => alarms.forEach((alarm) => actions.forEach((action) => addAction(alarm, action))),
  };
}

function specifications(
  metrics: ProxySidecarMetrics,
  cluster: Construct,
  facts: ClusterFacts,
  taskDefinition: ecs.TaskDefinition,
): SidecarAlarm[] {
  // An application that runs no task has no proxy either.
  const common = { missing: cloudwatch.TreatMissingData.NOT_BREACHING, severity: 'degraded' } as const;
  const proxies = `memcached proxies beside ${taskDefinition.family}`;
  // An alarm watches no metric of another region.
  const { region } = homeOf(cluster, facts.names);
  const canSeeNodes = facts.probed && (region === undefined || region === Stack.of(taskDefinition).region);
  return [
    {
      ...common,
      id: ALARM.clientErrors,
      option: 'clientErrors',
      metric: metrics.clientErrors(EACH_MINUTE),
      description: (share) => `One of the ${proxies} answers ${percent(share)} or more of the requests with an error`,
      comparison: 'atLeast',
      threshold: 0.05,
      range: SHARE,
      minutes: 3,
      withinMinutes: 5,
    },
    ...(canSeeNodes
      ? [debtsStayOwed(new MetricFactory(cluster, facts.names, facts), metrics.debtsOwed(EACH_MINUTE), proxies)]
      : []),
    {
      ...common,
      id: ALARM.connectionsNearLimit,
      option: 'connectionsNearLimit',
      metric: metrics.connectionsRatio(EACH_MINUTE),
      description: (share) => `One of the ${proxies} has ${percent(share)} or more of the connections that it may have`,
      comparison: 'atLeast',
      threshold: 0.8,
      range: SHARE,
      minutes: 5,
    },
    {
      ...common,
      id: ALARM.connectionsRejected,
      option: 'connectionsRejected',
      metric: metrics.rejected(EACH_MINUTE),
      description: () => `One of the ${proxies} had all the connections that it may have, and refused others`,
      comparison: 'above',
      threshold: 0,
      range: { lowest: 0 },
      minutes: 3,
      withinMinutes: 10,
    },
  ];
}

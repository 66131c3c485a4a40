import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { ALARM } from '../contract/alarm-ids';
import { inputError } from '../errors';
import type { IProxySidecar, ProxySidecarAlarmsOptions } from '../interfaces/proxy-sidecar';
import { EACH_MINUTE, MetricFactory } from '../metrics/factory';
import type { ClusterFacts } from '../metrics/facts';
import { homeOf, isElsewhere } from '../metrics/home';
import type { ProxySidecarMetrics } from '../metrics/sidecar-metrics';
import { addAction } from './alarms/actions';
import { connectionsNearLimit, connectionsRejected } from './alarms/connection-alarms';
import { isEnabled, makeAlarm } from './alarms/make-alarm';
import { debtsStayOwed } from './alarms/probe-alarms';
import { percent, SHARE, type AlarmSpecification } from './alarms/specification';

/** What monitors the proxies beside an application. */
export type SidecarMonitoring = Pick<IProxySidecar, 'metrics' | 'alarms' | 'addAlarmAction'>;

type SidecarAlarm = AlarmSpecification<keyof ProxySidecarAlarmsOptions>;

/** The alarms on the metrics of the proxies beside an application; none where they publish nothing, or in another region. */
export function monitorSidecar(
  cluster: Construct,
  facts: ClusterFacts,
  taskDefinition: ecs.TaskDefinition,
  metrics: ProxySidecarMetrics | undefined,
  options?: ProxySidecarAlarmsOptions,
): SidecarMonitoring {
  const watchable = metrics && !isElsewhere(metrics.home, taskDefinition) ? metrics : undefined;
  if (options && !watchable) throw nothingToWatch(taskDefinition, metrics);
  const scope = new Construct(taskDefinition, 'MemcachedProxyAlarms');
  const alarms = (watchable ? specifications(watchable, cluster, facts, taskDefinition) : [])
    .filter(({ option }) => isEnabled(option, options))
    .map((each) => makeAlarm(scope, each, options?.[each.option] ?? {}));
  return {
    metrics,
    alarms,
    addAlarmAction: (...actions) => alarms.forEach((alarm) => actions.forEach((action) => addAction(alarm, action))),
  };
}

function nothingToWatch(scope: ecs.TaskDefinition, metrics?: ProxySidecarMetrics): Error {
  return metrics
    ? inputError({
        got: `alarms is given while the log of the proxy, and so its metrics, are in ${metrics.home.region}`,
        expected: `a log in ${homeOf(scope).region}, as the task`,
        advice:
          'an alarm watches no other region; give logging with a log group of the task’s region, or leave alarms out',
        scope,
      })
    : inputError({
        got: 'alarms is given for a proxy that publishes no metrics',
        expected: 'memcached’s proxy, with metrics',
        advice:
          'leave metrics out and let the driver awslogs write its log, or set metrics to true if another driver writes to ' +
          'CloudWatch Logs; or leave alarms out',
        scope,
      });
}

function specifications(
  metrics: ProxySidecarMetrics,
  cluster: Construct,
  facts: ClusterFacts,
  taskDefinition: ecs.TaskDefinition,
): SidecarAlarm[] {
  const proxies = `memcached proxies beside ${taskDefinition.family}`;
  const canSeeNodes = facts.probed && !isElsewhere(homeOf(cluster, facts.names), taskDefinition);
  return [
    {
      id: ALARM.clientErrors,
      option: 'clientErrors',
      metric: metrics.clientErrors(EACH_MINUTE),
      description: (share) => `One of the ${proxies} answers ${percent(share)} or more of the requests with an error`,
      comparison: 'atLeast',
      threshold: 0.05,
      range: SHARE,
      minutes: 3,
      withinMinutes: 5,
      // An application that runs no task has no proxy either.
      missing: cloudwatch.TreatMissingData.NOT_BREACHING,
      severity: 'degraded',
    },
    ...(canSeeNodes
      ? [debtsStayOwed(new MetricFactory(cluster, facts.names, facts), metrics.debtsOwed(EACH_MINUTE), proxies)]
      : []),
    connectionsNearLimit(metrics.connectionsRatio(EACH_MINUTE), `One of the ${proxies}`),
    connectionsRejected(metrics.rejected(EACH_MINUTE), `One of the ${proxies}`),
  ];
}

import type { ProbeEvent } from '../../lib/contract/probe-event';
import type { ClusterPlan, ProbePlan, SubnetPlan } from '../assembly/plan';
import type { Cloud } from '../cloud/cloud';
import { Probe } from '../probe/probe';
import { Monitor } from './monitor';

/** Runs the cluster's probe on a host of its own, where it has one, while the cluster is used. */
export async function withMonitor<T>(cloud: Cloud, use: (monitor?: Monitor) => Promise<T>): Promise<T> {
  const { plan } = cloud;
  if (!plan.probe) return use();
  const host = await cloud.vpc.boot('probe', subnetOf(plan.probe, plan), { machineFiles: true });
  try {
    const probe = new Probe(host, trusting(plan.probe, cloud.certificates?.authority));
    await probe.warmUp();
    return await use(new Monitor(plan.alarms, probe, async () => cloud.balancer?.samples() ?? []));
  } finally {
    await host.stop();
  }
}

/** The canary trusts the authority of the rehearsal's certificates. */
function trusting(probe: ProbePlan, authorities: string | undefined): ProbePlan {
  const event = JSON.parse(probe.event) as ProbeEvent;
  const { endpoint } = event;
  if (!endpoint?.tls) return probe;
  const trusted = { ...endpoint, tls: { ...endpoint.tls, authorities } };
  return { ...probe, event: JSON.stringify({ ...event, endpoint: trusted }) };
}

/** In the last zone, as clients are: the first is the one that is lost. Lambda would go on in another. */
function subnetOf({ subnets }: ProbePlan, { zones }: ClusterPlan): SubnetPlan {
  return subnets.reduce((last, each) => (zones.indexOf(each.zone) > zones.indexOf(last.zone) ? each : last));
}

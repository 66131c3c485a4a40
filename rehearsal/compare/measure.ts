import { serversOf } from '../assembly/endpoint';
import type { ClusterPlan } from '../assembly/plan';
import { clientLibraries } from '../clients/client-libraries';
import { memccapable } from '../clients/memccapable';
import { throughput } from '../clients/throughput';
import type { Cloud } from '../cloud/cloud';
import { type Progress, type RunningCluster, type Stage, withCluster } from '../stage';
import type { Host } from '../namespace/host';
import { outcome } from '../rehearse';
import { type Counts, hitRatioOf } from '../report/promises';
import type { ScenarioReport } from '../report/report';
import { countsOf, runScenario } from '../scenarios/run';
import { comparedScenarios } from '../scenarios/scenarios';
import type { Figures, Phase, Throughput } from './report';

/** Tries what clients can do with a cluster, then runs it through the compared scenarios. */
export function measure(plan: ClusterPlan, stage: Stage, progress: Progress): Promise<Figures> {
  const run = async ({ cloud, workload }: RunningCluster): Promise<Figures> => {
    const tools = await cloud.bootWithClients('tools');
    try {
      const tried = await tryOut(cloud, tools, progress);
      const scenarios: ScenarioReport[] = [];
      for (const scenario of comparedScenarios.filter(({ name }) => stage.only?.includes(name) ?? true)) {
        const report = await runScenario(scenario, cloud, workload);
        scenarios.push(report);
        progress(outcome(report));
      }
      return { ...summary(scenarios), scenarios, ...tried };
    } finally {
      await tools.stop();
    }
  };
  // Whether the first health checks pass is a rehearsal's matter; here they would only take time.
  return withCluster(plan, stage, progress, run, 'up');
}

function summary(scenarios: readonly ScenarioReport[]) {
  const [healthy, nodeLost] = comparedScenarios.map(({ name }) => scenarios.find((each) => each.name === name));
  const sum = (key: keyof Counts) => scenarios.reduce((total, each) => total + each[key], 0);
  return {
    healthy: phaseOf(healthy),
    nodeLost: phaseOf(nodeLost?.whileBroken),
    errors: sum('errors'),
    staleReads: sum('staleReads'),
    recoverySeconds: nodeLost?.disturbedSeconds ?? null,
    stallMs: Math.max(...scenarios.map(({ stallMs }) => stallMs)),
  };
}

const phaseOf = (counts: Counts | undefined): Phase | undefined =>
  counts && { ...countsOf(counts), hitRatio: hitRatioOf(counts) };

/** memccapable first: on nodes that have not diverged, and what it empties is not missed. */
async function tryOut(cloud: Cloud, tools: Host, progress: Progress) {
  const servers = serversOf(cloud.plan.endpoint);
  const capabilities = await memccapable(tools, servers[0]!);
  progress(`memccapable: ${capabilities.passed} of ${capabilities.total} checks pass`);
  const clients = await clientLibraries({ tools, node: cloud.clientHost }, servers);
  progress(`client libraries: ${clients.filter(({ works }) => works).length} of ${clients.length} work`);
  const speed = await speedOf(cloud, tools);
  progress(`throughput: ${speed ? `${speed.ratio} of a direct connection's` : 'no process in the path'}`);
  return { throughput: speed, memccapable: capabilities, clients };
}

/**
 * One proxy and the nodes themselves, by turns on the same computer. The load balancer's stand-in is left out: it is
 * not what would run on AWS.
 */
async function speedOf(cloud: Cloud, tools: Host): Promise<Throughput | null> {
  const { endpoint } = cloud.plan;
  const proxy = endpoint.kind === 'sidecars' ? [...serversOf(endpoint)] : cloud.proxyServers().slice(0, 1);
  if (proxy.length === 0) return null;
  let [direct, proxied] = [0, 0];
  for (let turn = 0; turn < 2; turn += 1) {
    direct += await throughput(tools, cloud.nodeServers());
    proxied += await throughput(tools, proxy);
  }
  return {
    direct: Math.round(direct / 2),
    proxied: Math.round(proxied / 2),
    ratio: Math.round((proxied / direct) * 100) / 100,
  };
}

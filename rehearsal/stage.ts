import { resolve } from 'node:path';
import { readClusters, readUpdates } from './assembly/clusters';
import { serversOf } from './assembly/endpoint';
import { readStacks } from './assembly/manifest';
import type { ClusterPlan } from './assembly/plan';
import { Cloud } from './cloud/cloud';
import { instanceMetadataAddress, MetadataServer, taskMetadataAddress } from './cloud/metadata-server';
import type { TargetHealth } from './cloud/nlb/balancer-node';
import type { ClientTls } from './load/tls-relay';
import { Workload } from './load/workload';
import { Log } from './namespace/log';
import { Network } from './namespace/network';
import { bringMcrouter } from './tools/engines';

export interface Options {
  readonly assembly: string;
  /** The assembly that the clusters are updated to. */
  readonly to?: string;
  readonly stack: string | undefined;
  readonly only: readonly string[] | undefined;
  /** How often `bench` measures each path. */
  readonly rounds?: number;
  readonly reportFolder: string;
  readonly verbose: boolean;
  readonly rootfs: string;
}

/** The clusters of an assembly, and what it takes to run them. */
export interface Stage extends Options {
  readonly plans: readonly ClusterPlan[];
  /** What they are to become, in the same order, where `--to` says it. */
  readonly laterPlans?: readonly ClusterPlan[];
  readonly network: Network;
  readonly metadata: MetadataServer;
}

export type Progress = (line: string) => void;

/** A running cluster under its load. */
export interface RunningCluster {
  readonly cloud: Cloud;
  readonly workload: Workload;
}

/** Reads the clusters and makes the network for them. Runs within the namespaces of `outside`. */
export async function setStage(options: Options): Promise<Stage> {
  process.stdin.resume().on('end', () => process.exit(130));
  const plans = readPlans(options);
  await bringMcrouter(options.rootfs);
  const network = new Network(options.rootfs);
  const metadata = new MetadataServer();
  await network.start([instanceMetadataAddress, taskMetadataAddress]);
  await metadata.start();
  return { ...options, ...plans, network, metadata };
}

function readPlans({ assembly, to, stack }: Options): Pick<Stage, 'plans' | 'laterPlans'> {
  const stacks = readStacks(assembly);
  if (to === undefined) return { plans: readClusters(stacks, stack) };
  const updates = readUpdates(stacks, readStacks(to), stack);
  return { plans: updates.map((each) => each.from), laterPlans: updates.map((each) => each.to) };
}

/** Says how far a cluster has come, with the time since now. */
export function progressOf(plan: ClusterPlan): Progress {
  const startedAt = Date.now();
  return (line) =>
    console.log(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${plan.stack}: ${line}`);
}

/**
 * Boots a cluster, lets it be used, and stops it however that went. `firstHealth` is that of the load balancer's targets
 * before their health checks.
 */
export async function withCluster<T>(
  plan: ClusterPlan,
  stage: Stage,
  progress: Progress,
  use: (cluster: RunningCluster) => Promise<T>,
  firstHealth: TargetHealth = 'down',
): Promise<T> {
  const logFolder = resolve(stage.reportFolder, 'logs', plan.stack, plan.id.replace(/[^\w.-]/g, '_'));
  const makeLog = (name: string) => new Log(resolve(logFolder, `${name}.log`), stage.verbose);
  const later = stage.laterPlans?.[stage.plans.indexOf(plan)];
  const cloud = new Cloud(plan, stage.network, stage.metadata, stage.rootfs, makeLog, later);
  try {
    await cloud.start(progress, firstHealth);
    const servers = serversOf(plan.endpoint).map(({ host, port }) => `${host}:${port}`);
    const workload = new Workload(cloud.clientHost, servers, clientTls(cloud));
    return await Promise.race([use({ cloud, workload }), cloud.failure]);
  } finally {
    await cloud.stop();
  }
}

/** How clients of the cluster speak TLS; nothing where they do not. */
function clientTls({ plan: { endpoint }, certificates }: Cloud): ClientTls | undefined {
  if (endpoint.kind !== 'balancer' || !endpoint.tls || !certificates) return undefined;
  const { name, mutual } = endpoint.tls;
  return { name, authority: certificates.authority, certificate: mutual ? certificates.client : undefined };
}

import { resolve } from 'node:path';
import { readClusters } from './assembly/clusters';
import { readStacks } from './assembly/manifest';
import type { ClusterPlan } from './assembly/plan';
import { Cloud } from './cloud/cloud';
import { instanceMetadataAddress, MetadataServer, taskMetadataAddress } from './cloud/metadata-server';
import { messageOf, RehearsalError } from './errors';
import { Workload } from './load/workload';
import { Log } from './namespace/log';
import { Network } from './namespace/network';
import { rootfsVariable } from './outside';
import { clusterReport, type ClusterReport, type ScenarioReport, type Versions, writeReport } from './report/report';
import { renderCluster, verdict } from './report/table';
import { runScenario } from './scenarios/run';
import { scenarios } from './scenarios/scenarios';
import { onSteadyComputer } from './scenarios/steady';
import { mustRun } from './tools/command';

export interface RehearseOptions {
  readonly assembly: string;
  readonly stack: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly reportFolder: string;
  readonly verbose: boolean;
}

/** Rehearses every cluster of the assembly, one after another. Runs as the first process of the namespaces. */
export async function rehearse(options: RehearseOptions): Promise<number> {
  process.stdin.resume().on('end', () => process.exit(130));
  const rootfs = process.env[rootfsVariable]!;
  const plans = readClusters(readStacks(options.assembly), options.stack);
  const network = new Network(rootfs);
  const metadata = new MetadataServer();
  await network.start([instanceMetadataAddress, taskMetadataAddress]);
  await metadata.start();

  const versions = await versionsOf(rootfs);
  const reports: ClusterReport[] = [];
  for (const plan of plans) {
    reports.push(await rehearseCluster(plan, { ...options, rootfs, network, metadata }));
  }
  const file = writeReport(options.reportFolder, reports, versions);
  for (const report of reports) console.log(`\n${renderCluster(report)}`);
  console.log(`\nmemcached ${versions.memcached}, haproxy ${versions.haproxy}; report: ${file}`);
  console.log(verdict(reports));
  return reports.every(({ survived }) => survived) ? 0 : 1;
}

interface Means extends RehearseOptions {
  readonly rootfs: string;
  readonly network: Network;
  readonly metadata: MetadataServer;
}

async function rehearseCluster(plan: ClusterPlan, means: Means): Promise<ClusterReport> {
  const startedAt = Date.now();
  const progress = (line: string) =>
    console.log(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${plan.stack}: ${line}`);
  const logFolder = resolve(means.reportFolder, 'logs', plan.stack, plan.id.replace(/[^\w.-]/g, '_'));
  const makeLog = (name: string) => new Log(resolve(logFolder, `${name}.log`), means.verbose);
  const cloud = new Cloud(plan, means.network, means.metadata, means.rootfs, makeLog);
  const reports: ScenarioReport[] = [];
  try {
    await cloud.start(progress);
    const workload = new Workload(cloud.clientHost, `${plan.endpoint.dnsName}:${plan.endpoint.port}`);
    for (const scenario of scenarios.filter(({ name }) => means.only?.includes(name) ?? true)) {
      progress(scenario.name);
      const report = await Promise.race([
        onSteadyComputer(() => runScenario(scenario, cloud, workload), progress),
        cloud.failure,
      ]);
      reports.push(report);
      const { requests, errors, misses, broken, recoverySeconds } = report;
      const recovered = broken ? `, broke ${broken}, recovered after ${recoverySeconds} s` : '';
      progress(`${scenario.name}: ${requests} requests, ${errors} errors, ${misses} misses${recovered}`);
    }
    return clusterReport(plan, reports);
  } catch (error) {
    if (error instanceof RehearsalError) throw error;
    progress(`failed: ${messageOf(error)}`);
    return clusterReport(plan, reports, messageOf(error));
  } finally {
    await cloud.stop();
  }
}

async function versionsOf(rootfs: string): Promise<Versions> {
  const version = async (...argv: string[]) =>
    /\d+\.\d+\.\d+/.exec(await mustRun(['chroot', rootfs, ...argv]))?.[0] ?? '';
  return {
    memcached: await version('/usr/bin/memcached', '-V'),
    haproxy: await version('/usr/sbin/haproxy', '-v'),
  };
}

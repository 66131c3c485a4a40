import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Firing } from '../alarms/monitor';
import type { ClusterPlan, Topology } from '../assembly/plan';
import type { InZone } from '../scenarios/in-zone';
import type { Release } from '../tools/releases';
import { type Counts, figuresPromise, type Promised } from './promises';

/** Reads of a span of time. */
export interface Window {
  /** Such as `2-4 s`, from the node's return on. */
  readonly name: string;
  readonly reads: number;
  readonly staleReads: number;
}

export interface ScenarioReport extends Counts {
  readonly name: string;
  /** From the fault, the second of two, until every host answers and is in service again. */
  readonly recoverySeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly hitRatio: number;
  /** What was counted from the fault until every host was in service again. */
  readonly whileBroken?: Counts;
  /** Of two faults in a row: what was counted since the second. */
  readonly sinceSecond?: Counts;
  /** Operations that needed a reconnect. */
  readonly reconnects: number;
  /** Operations that needed more than one, in scenarios whose clients make more. */
  readonly reconnectedAgain: number;
  /** From the fault until the last operation that needed a reconnect had ended. */
  readonly disturbedSeconds: number;
  /** The longest that the load, or a processor, stood still: a sign of a busy computer. */
  readonly stallMs: number;
  readonly broken: string | undefined;
  /** Of a fault that a node came back from with what it held: the reads while it lasted, and since its return. */
  readonly windows?: readonly Window[];
  /** How many minutes a fault stood for that lasts. */
  readonly lastedMinutes?: number;
  /** Where nothing is broken and there is a load balancer: which shares of the requests stayed in the clients' zone. */
  readonly inZone?: InZone;
  readonly lostNodes: readonly string[];
  readonly lostKeyShare: number | undefined;
  readonly errorMessages: readonly string[];
  /** Which alarms would have fired, and how many minutes after the fault. */
  readonly alarms: readonly Firing[];
  readonly promises: readonly Promised[];
  /** Whether no alarm of the template fires for a fault that lasts, so that none is promised. */
  readonly noAlarmExpected?: true;
}

/** What a report says of a cluster before anything has run. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly template: { readonly stack: string; readonly file: string; readonly sha256: string };
  readonly topology: Topology;
  readonly zones: readonly string[];
  readonly nodes: number;
  readonly proxies: number;
}

export interface ClusterReport extends ClusterFacts {
  readonly survived: boolean;
  /** Why it ended early. */
  readonly failure?: string;
  readonly scenarios: readonly ScenarioReport[];
  /** Whether it has a probe, which alarms need. */
  readonly probe: boolean;
  /** Alarms of which nothing can be said here. */
  readonly notEvaluated: readonly { readonly name: string; readonly reason: string }[];
}

/** What ran, and of the template's engines what is deployed. */
export interface Ran {
  readonly versions: { readonly memcached: string; readonly haproxy: string };
  readonly releases: readonly Release[];
}

export const factsOf = (plan: ClusterPlan): ClusterFacts => ({
  cluster: plan.id,
  template: { stack: plan.stack, file: plan.file, sha256: plan.sha256 },
  topology: plan.topology,
  zones: plan.zones,
  nodes: plan.nodes.length,
  proxies: plan.proxies?.count ?? 0,
});

export function clusterReport(
  plan: ClusterPlan,
  ran: readonly ScenarioReport[],
  failure?: string,
  withoutFigures?: readonly string[],
): ClusterReport {
  const scenarios = plan.alarms.metric.length > 0 && withoutFigures ? withFigures(ran, withoutFigures) : ran;
  const kept = scenarios.length > 0 && scenarios.every(({ promises }) => promises.every((each) => each.kept));
  return {
    ...factsOf(plan),
    survived: kept && failure === undefined,
    failure,
    scenarios,
    probe: plan.probe !== undefined,
    notEvaluated: [
      ...plan.alarms.notEvaluated.map(({ name, reason }) => ({ name, reason })),
      ...(withoutFigures ?? []).map((name) => ({ name, reason: 'the probe never published its metric' })),
    ],
  };
}

/** A promise of the whole cluster: the first scenario has it. */
const withFigures = (scenarios: readonly ScenarioReport[], withoutFigures: readonly string[]): ScenarioReport[] =>
  scenarios.map((each, i) =>
    i === 0 ? { ...each, promises: [...each.promises, figuresPromise(withoutFigures)] } : each,
  );

/** The first cluster's facts stand at the top too: most assemblies have one. */
export function writeReport(folder: string, clusters: readonly ClusterReport[], { versions, releases }: Ran): string {
  const scenarios = clusters.flatMap((each) =>
    each.scenarios.map((scenario) => ({ cluster: each.cluster, ...scenario })),
  );
  const { template, topology, zones, nodes, proxies } = clusters[0] ?? ({} as Partial<ClusterReport>);
  const report = {
    survived: clusters.length > 0 && clusters.every(({ survived }) => survived),
    template,
    topology,
    zones,
    nodes,
    proxies,
    versions,
    releases,
    scenarios,
    promises: scenarios.flatMap(({ cluster, name, promises }) =>
      promises.map((promise) => ({ cluster, scenario: name, ...promise })),
    ),
    clusters,
  };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(report, undefined, 2) + '\n');
  return file;
}

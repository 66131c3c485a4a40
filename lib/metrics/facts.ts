import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { inputError } from '../errors';
import type { CacheMetricDetail } from '../contract/metric-detail';
import type { MetricHome } from './home';
import { ReadRouting } from './read-routing';

/** The names under which CloudWatch knows the parts of a cluster. */
export interface MetricNames extends MetricHome {
  /** The value of the dimension `Cluster` of the probe's metrics. */
  readonly clusterName?: string;

  /** `net/name/id` of the load balancer. */
  readonly loadBalancerFullName?: string;

  /** `targetgroup/name/id` of the target group. */
  readonly targetGroupFullName?: string;

  /** The name of the ECS cluster that the proxies run in. */
  readonly ecsClusterName?: string;

  /** The name of the proxies' service. */
  readonly proxyServiceName?: string;
}

/** What the probe publishes. */
export interface Published {
  /** Whether there is a probe. */
  readonly probed: boolean;

  /** The finest metrics. */
  readonly detail: CacheMetricDetail;

  /** Whether the latency by what became of the requests is published. */
  readonly latencyByOutcome: boolean;
}

/** A zone of a cluster. */
export interface ZoneFacts {
  /** The zone's letter. */
  readonly label: string;

  /** The name of the availability zone; unknown for a cluster made elsewhere. */
  readonly availabilityZone?: string;
}

/** A node of a cluster. */
export interface NodeFacts {
  readonly name: string;
  readonly zoneLabel: string;

  /** 1 while the machine or task is in service; unknown for a cluster made elsewhere. */
  readonly inServiceMetric?: cloudwatch.IMetric;
}

/** What is known of a cluster, made here or elsewhere: its metrics, alarms and dashboard follow from it. */
export interface ClusterFacts extends Published {
  readonly names: MetricNames;

  /** Whether AWS gives the names of load balancer, service and alarms at deployment; else they were given to an import. */
  readonly namedByAws: boolean;

  readonly zones: readonly ZoneFacts[];

  /** In the order of the pool. */
  readonly nodes: readonly NodeFacts[];

  /** Whether clients have one address, and not those of the nodes. */
  readonly hasEndpoint: boolean;

  /** The load balancer before proxies, nodes, or what lists the nodes for clients. */
  readonly loadBalancer?: {
    /** Its targets while all is well, at the least; unknown for a cluster made elsewhere. */
    readonly minTargets?: number;

    /** Whether each of its addresses leads to targets of all zones; unknown for a cluster made elsewhere. */
    readonly crossesZones?: boolean;
  };

  /** Whether a service runs behind the load balancer: proxies, or what lists the nodes for clients. */
  readonly hasService: boolean;

  /** The proxies. What only lists the nodes for clients is none. */
  readonly proxies?: {
    /** How many there are while all is well, at the least; unknown for a cluster made elsewhere. */
    readonly minCount?: number;

    /** Whether they count the errors that they meet at nodes. */
    readonly countErrors: boolean;

    /** Whether they count the keys that they have still to delete on nodes. */
    readonly countDebts: boolean;
  };

  /** Whether all proxies are beside applications. */
  readonly sidecarsOnly: boolean;

  readonly reads: ReadRouting;

  /** Composite ones first; none for a cluster made elsewhere. */
  readonly alarms?: readonly cloudwatch.IAlarm[];
}

/** Whether proxies keep a copy of every key in every zone. */
export function keepsCopies({ proxies, sidecarsOnly, reads, zones }: ClusterFacts): boolean {
  // Of a cluster made elsewhere the zones may not be known.
  return (proxies !== undefined || sidecarsOnly) && reads === ReadRouting.ZONES && zones.length !== 1;
}

/** Two copies of the library may be loaded, and a symbol of the registry is the same for both. */
const FACTS = Symbol.for('cdk-memcached.ClusterFacts');

/** Keeps what is known of a cluster with it. It is read when it is asked for: a cluster may be half made. */
export function rememberFacts(cluster: IConstruct, facts: () => ClusterFacts): void {
  Object.defineProperty(cluster, FACTS, { get: facts });
}

/** Whether it is a cluster of this library, made here or elsewhere. */
export function hasFacts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && FACTS in value;
}

/** What is known of a cluster. */
export function factsOf(cluster: IConstruct): ClusterFacts {
  if (!hasFacts(cluster)) {
    throw inputError({
      got: 'cluster is a class of your own',
      expected: 'a MemcachedCluster, or one from MemcachedCluster.fromMemcachedClusterAttributes',
      advice: 'pass one of them: what the dashboard shows follows from it',
      scope: cluster,
    });
  }
  return (cluster as unknown as Record<symbol, ClusterFacts>)[FACTS];
}

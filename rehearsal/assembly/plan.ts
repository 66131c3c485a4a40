/** What the rehearsal builds: a cluster as its template describes it, free of CloudFormation. */
export interface ClusterPlan {
  readonly id: string;
  readonly stack: string;
  readonly file: string;
  readonly sha256: string;
  readonly region: string;
  readonly topology: Topology;
  /** In order; the first is the one that is lost, clients run in the last. */
  readonly zones: readonly string[];
  readonly nodes: readonly NodePlan[];
  /** What stands between the load balancer and the nodes; absent where nothing does. */
  readonly proxies?: ServicePlan;
  readonly endpoint: EndpointPlan;
  /** A subnet in each zone, where the load balancer stands, or else the nodes. */
  readonly subnets: readonly SubnetPlan[];
  /** The VPC's resolver: its base address plus two. */
  readonly nameserver: string;
}

export type Topology = 'replicated' | 'sharded';

export type NodePlan = InstancePlan | ServicePlan;

export interface SubnetPlan {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
}

/** An EC2 instance that an Auto Scaling group of one keeps. */
export interface InstancePlan {
  readonly kind: 'instance';
  readonly name: string;
  readonly zone: string;
  readonly port: number;
  readonly subnet: SubnetPlan;
  readonly interfaceId: string;
  readonly interfaceAddress: string;
  /** The logical id of the Auto Scaling group. */
  readonly group: string;
  readonly region: string;
  readonly stack: string;
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly tagsInMetadata: boolean;
  readonly securityGroups: readonly string[];
}

/** An ECS service. */
export interface ServicePlan {
  readonly kind: 'service';
  readonly name: string;
  /** The zone of a node; a tier spans all of its subnets' zones. */
  readonly zone: string;
  readonly port: number;
  readonly subnets: readonly SubnetPlan[];
  readonly count: number;
  readonly containers: readonly ContainerPlan[];
  readonly securityGroups: readonly string[];
  readonly record?: RecordPlan;
  /** Its tasks are targets of the endpoint's load balancer. */
  readonly balanced: boolean;
}

/** The Cloud Map name of a service. */
export interface RecordPlan {
  readonly name: string;
  readonly ttl: number;
}

export interface ContainerPlan {
  readonly name: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly essential: boolean;
  readonly port: number | undefined;
  readonly healthCheck?: HealthCheckPlan;
}

export interface HealthCheckPlan {
  readonly argv: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startSeconds: number;
}

/** What clients connect to. */
export type EndpointPlan = BalancerPlan | ServerListPlan;

/** A Network Load Balancer with its listener and target group. */
export interface BalancerPlan {
  readonly kind: 'balancer';
  readonly dnsName: string;
  readonly port: number;
  readonly subnets: readonly SubnetPlan[];
  readonly crossZone: boolean;
  readonly securityGroups: readonly string[];
  readonly target: TargetPlan;
  /** Targets that the template itself registers, for good: the addresses of EC2 nodes. */
  readonly fixedTargets: readonly string[];
}

/** The nodes themselves, over which clients hash the keys. */
export interface ServerListPlan {
  readonly kind: 'servers';
  readonly servers: readonly ServerPlan[];
}

export interface ServerPlan {
  readonly host: string;
  readonly port: number;
}

export interface TargetPlan {
  readonly port: number;
  readonly check: 'tcp' | 'http';
  readonly checkPath: string;
  /** Of the health check; the target's own port when absent. */
  readonly checkPort: number | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly endsConnectionsWhenUnhealthy: boolean;
  readonly endsConnectionsWhenDeregistered: boolean;
}

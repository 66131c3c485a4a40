import type { CacheTopologyKind } from '../../lib/contract/topology-kind';
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
  /** The function that measures it each minute; absent where it is not measured. */
  readonly probe?: ProbePlan;
  readonly alarms: AlarmsPlan;
  readonly dashboard: DashboardPlan;
}

/** A cluster, and what an update makes of it. */
export interface UpdatePlan {
  readonly from: ClusterPlan;
  readonly to: ClusterPlan;
}

export interface DashboardPlan {
  /** Absent where the cluster has none. */
  readonly body?: unknown;
  /** Why some could not be read, where none could. */
  readonly unread: readonly string[];
}

export type Topology = `${CacheTopologyKind}`;

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
  /** As the template names it. */
  readonly image?: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  /** Kernel parameters of its network, by name. */
  readonly systemControls: Readonly<Record<string, string>>;
  readonly essential: boolean;
  /** ECS starts it again in its task when its process ends: rehearsed of sidecars alone. */
  readonly restarts?: boolean;
  readonly port: number | undefined;
  readonly healthCheck?: HealthCheckPlan;
  /** Those that have to be healthy before it starts. */
  readonly waitsFor?: readonly string[];
  /** The volumes of its task that it sees. */
  readonly mounts?: readonly MountPlan[];
  /** The secrets that it reads with the AWS command line, by what they hold. */
  readonly secrets?: SecretsPlan;
}

export interface MountPlan {
  readonly path: string;
  readonly volume: string;
  readonly readOnly: boolean;
}

/** The ids of secrets. */
export interface SecretsPlan {
  readonly certificate: string;
  readonly authorities?: string;
}

export interface HealthCheckPlan {
  readonly argv: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startSeconds: number;
}

/** What clients connect to. */
export type EndpointPlan = BalancerPlan | ServerListPlan | SidecarsPlan;

/** How DNS answers clients of a zone: with any address, mostly with that of their zone, or with that alone. */
export type Affinity = 'any' | 'partial' | 'zone';

/** A Network Load Balancer with its listener and target group. */
export interface BalancerPlan {
  readonly kind: 'balancer';
  readonly dnsName: string;
  /** Where clients connect, with TLS where there is any. */
  readonly port: number;
  /** How clients speak TLS; absent where they do not. */
  readonly tls?: TlsPlan;
  readonly listeners: readonly ListenerPlan[];
  readonly subnets: readonly SubnetPlan[];
  readonly crossZone: boolean;
  /** Whether DNS gives clients the address of their own zone. */
  readonly affinity: Affinity;
  readonly securityGroups: readonly string[];
  readonly target: TargetPlan;
  /** What CloudWatch knows it and its target group by. */
  readonly dimensions: { readonly LoadBalancer: string; readonly TargetGroup: string };
  /** Targets that the template itself registers, for good: the addresses of EC2 nodes. */
  readonly fixedTargets: readonly string[];
}

export interface TlsPlan {
  /** Whom the certificate has to be for. */
  readonly name: string;
  /** Whether clients have to present a certificate. */
  readonly mutual: boolean;
}

export interface ListenerPlan {
  readonly port: number;
  /** How the load balancer ends TLS; absent where it does not. */
  readonly tls?: TlsPlan;
  /** Of the targets; absent where it is the one that is checked. */
  readonly targetPort?: number;
}

/** The nodes themselves, over which clients hash the keys. */
export interface ServerListPlan {
  readonly kind: 'servers';
  readonly servers: readonly ServerPlan[];
}

/** Proxies on loopback, in the tasks of an application. */
export interface SidecarsPlan {
  readonly kind: 'sidecars';
  readonly port: number;
  /** Its tasks, with nothing but their proxies. */
  readonly application: ServicePlan;
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
  /** From its deregistration until it may stop. */
  readonly deregistrationDelaySeconds: number;
  readonly endsConnectionsWhenUnhealthy: boolean;
  readonly endsConnectionsWhenDeregistered: boolean;
}

/** The Lambda function that asks nodes and proxies for their statistics. */
export interface ProbePlan {
  /** Where its code is. */
  readonly folder: string;
  /** Such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** What it is handed, in JSON. */
  readonly event: string;
  readonly subnets: readonly SubnetPlan[];
  readonly securityGroups: readonly string[];
  /** Where its canary connects, when not where clients do. */
  readonly canaryPort?: number;
  /** Where it asks proxies for their statistics, when not where clients connect. */
  readonly statisticsPort?: number;
}

export interface AlarmsPlan {
  readonly metric: readonly MetricAlarmPlan[];
  readonly composite: readonly CompositeAlarmPlan[];
  readonly notEvaluated: readonly UnevaluatedAlarmPlan[];
}

interface AlarmPlan {
  readonly name: string;
  /** What the rules of composite alarms know it by. */
  readonly ids: readonly string[];
}

export interface MetricAlarmPlan extends AlarmPlan {
  readonly metric: MetricRef | ExpressionPlan;
  readonly statistic: string;
  readonly periodMinutes: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: string;
  readonly threshold: number;
  readonly missing: MissingData;
}

export interface UnevaluatedAlarmPlan extends AlarmPlan {
  readonly reason: string;
}

export interface CompositeAlarmPlan extends AlarmPlan {
  readonly rule: string;
}

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface MetricRef {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What is made of several metrics, each minute. */
export interface ExpressionPlan {
  /** With the ids of the metrics. */
  readonly expression: string;
  readonly metrics: Readonly<Record<string, MetricRef>>;
}

/** A figure of a minute. */
export interface Sample {
  readonly metric: MetricRef;
  readonly value: number;
}

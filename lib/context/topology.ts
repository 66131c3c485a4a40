import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopologyKind } from '../contract/topology-kind';
import { knownSeconds } from '../validation';

/** Options of `CacheTopology.sharded`. */
export interface ShardedTopologyOptions {
  /**
   * How long a value lives that was written in place of a dead node, on another node (the gutter).
   *
   * Longer saves more misses while a node is down. It is also the longest time for which a value from one outage
   * can be read, stale, in a second outage of the same node. Between 1 second and 1 hour. It holds for values
   * written by `set`, `add`, `cas` and `ms`; `touch`, `gat` and `replace` renew a value for the time they say.
   *
   * @default Duration.seconds(10)
   */
  readonly gutterTtl?: Duration;
}

/** How the keys are laid out over the zones and nodes. */
export class CacheTopology {
  /**
   * Every zone's nodes form a pool that holds a full copy: writes go to all zones, reads to the local zone and, on a
   * miss or a failure, to the next. The loss of a zone loses no key that another zone still holds. Capacity is that of
   * one zone.
   *
   * For values that are set, read and deleted. Each zone decides a conditional or relative write by the copy it has
   * (`add`, `replace`, `append`, `prepend`, `incr`, `decr`, and their meta forms): after a node came back empty
   * the copies can differ, and the client gets the best of the answers. Locks and counters belong in a sharded cache.
   */
  public static replicated(): CacheTopology {
    return new CacheTopology(CacheTopologyKind.REPLICATED);
  }

  /**
   * All nodes of all zones form one pool in which every key has one node. While a node is down, its keys are misses
   * that can be written to and read from other nodes for the gutter's TTL. Capacity is that of all nodes.
   *
   * @throws when `gutterTtl` is not between 1 second and 1 hour
   */
  public static sharded(props: ShardedTopologyOptions = {}): CacheTopology {
    return new CacheTopology(CacheTopologyKind.SHARDED, props.gutterTtl ?? Duration.seconds(10));
  }

  private constructor(
    /** The kind of layout. */
    public readonly kind: CacheTopologyKind,

    /**
     * How long a value in the gutter lives.
     *
     * @default - none, a replicated cache has no gutter
     */
    public readonly gutterTtl?: Duration,
  ) {
    if (kind === CacheTopologyKind.SHARDED) {
      knownSeconds('gutterTtl', gutterTtl!, { min: 1, max: 3600, advice: 'it bounds how stale a read can be' });
    }
  }
}

/** An availability zone, as a proxy knows it. */
export interface ProxyZone {
  /**
   * The zone's letter within the cluster, `a` for the first. It stays when nodes are added; the name of the
   * availability zone behind it may be known only at deployment.
   */
  readonly label: string;

  /** The name of the availability zone, such as `eu-west-1a`. */
  readonly availabilityZone: string;
}

/** An availability zone of a cluster. */
export interface CacheZone extends ProxyZone {
  /** The subnet that the zone's nodes, proxies and address are in. */
  readonly subnet: ec2.ISubnet;
}

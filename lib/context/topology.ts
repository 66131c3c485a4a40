import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CacheTopologyKind } from '../contract/topology-kind';
import { knownSeconds } from '../validation';

/** Options of `CacheTopology.sharded`. */
export interface ShardedTopologyOptions {
  /**
   * How long a value lives that was written to another node (the gutter) because its own node is down.
   *
   * A longer time saves more misses while a node is down. It is also the longest time for which a stale value from one outage
   * can be read in a second outage of the same node. Between 1 second and 1 hour. It applies to values that `set`, `add`, `cas`
   * and `ms` write; `touch`, `gat` and `replace` renew a value for the time that the client gives.
   *
   * @default Duration.seconds(10)
   */
  readonly gutterTtl?: Duration;
}

/** How the keys are laid out over the zones and nodes. */
export class CacheTopology {
  /**
   * The nodes of each zone form a pool that holds a full copy. Writes go to all zones. Reads go to the local zone and, after a
   * miss or a failure, to the next. If a zone is lost, no key is lost that another zone still holds. The capacity is that of
   * one zone.
   *
   * Use it for values that are set, read and deleted. Each zone decides a conditional or relative write (`add`, `replace`,
   * `append`, `prepend`, `incr`, `decr`, and their meta forms) by its own copy. After a node has come back empty the copies can
   * differ, and the client gets the best of the answers. Keep locks and counters in a sharded cache.
   */
  public static replicated(): CacheTopology {
    return new CacheTopology(CacheTopologyKind.REPLICATED);
  }

  /**
   * All nodes of all zones form one pool, and every key has one node. While a node is down, its keys are misses at first; they
   * can then be written to and read from other nodes, where values live for `gutterTtl`. The capacity is that of all nodes.
   *
   * @throws when `gutterTtl` is not between 1 second and 1 hour
   */
  public static sharded(props: ShardedTopologyOptions = {}): CacheTopology {
    return new CacheTopology(CacheTopologyKind.SHARDED, props.gutterTtl ?? Duration.seconds(10));
  }

  private constructor(
    /** The kind of topology. */
    public readonly kind: CacheTopologyKind,

    /**
     * How long a value in the gutter lives.
     *
     * @default - none: a replicated cache has no gutter
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
   * The zone's letter within the cluster, `a` for the first. It does not change when nodes are added. The name of the
   * availability zone behind it may be known only at deployment.
   */
  readonly label: string;

  /** The name of the availability zone, such as `eu-west-1a`. */
  readonly availabilityZone: string;
}

/** An availability zone of a cluster. */
export interface CacheZone extends ProxyZone {
  /** The subnet for the zone's nodes, its proxies and its address of the load balancer. */
  readonly subnet: ec2.ISubnet;
}

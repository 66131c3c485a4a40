import type { IConstruct } from 'constructs';
import type { IMemcachedNodeMetrics } from '../metrics/node-metrics';
import type { Endpoint } from '../network/endpoint';

/** A memcached server that holds data, defined in this app or imported. */
export interface IMemcachedNode extends IConstruct {
  /** The node's name within the cluster: the zone's letter and an index from 1, such as `a1`. */
  readonly name: string;

  /** The letter of the zone that the node is in. */
  readonly zoneLabel: string;

  /** The node's address. It stays the same when the machine or task behind it is replaced. */
  readonly endpoint: Endpoint;

  /** The node's metrics. */
  readonly metrics: IMemcachedNodeMetrics;
}

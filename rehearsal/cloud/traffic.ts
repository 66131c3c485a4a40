/** What clients have sent through the load balancer, from its node in a zone to a target in the same or another. */
export interface ZoneFlow {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/** What zones have carried since a cluster runs. */
export interface Traffic {
  /** None where the proxy is beside the clients. */
  readonly flows?: readonly ZoneFlow[];
  /** That nodes have answered, by zone. */
  readonly reads: readonly { readonly zone: string; readonly count: number }[];
}

/**
 * Whether a client's connections stay in its own zone on the way through the load balancer. It decides which of the load
 * balancer's addresses DNS gives to a client, and whether these addresses lead to targets in other zones.
 *
 * DNS knows the zone only of clients that ask the VPC's own resolver (Route 53 Resolver). Other clients get any address. The
 * shares and the names in parentheses are from AWS's guide to Network Load Balancers, "Availability Zone DNS affinity".
 */
export enum ClientAffinity {
  /**
   * DNS gives every client the addresses of all zones, and each address leads to targets in all zones (`any_availability_zone`,
   * with cross-zone load balancing). With N zones, a connection crosses to another zone with a probability of (N−1)/N on each
   * of two hops: from the client to the load balancer, and from there to the target.
   */
  ANY = 'ANY',

  /**
   * DNS answers 85 of 100 queries with the address of the client's own zone, and each address leads to targets in all zones
   * (`partial_availability_zone_affinity`, with cross-zone load balancing). The hop from the load balancer to a proxy crosses
   * zones as with `ANY`.
   *
   * The price: an answer has only one address. If a zone's address is lost, a client in that zone has no other address to try
   * until DNS withdraws the lost one and the client's copy of the answer, kept for up to 60 seconds, has expired.
   */
  PARTIAL = 'PARTIAL',

  /**
   * DNS answers with the address of the client's own zone, and each address leads only to targets in its own zone
   * (`availability_zone_affinity`, without cross-zone load balancing). No connection crosses zones.
   *
   * The price: each zone needs enough targets for all of its clients, and at least two. If a zone loses all its targets, its
   * clients are not served until DNS withdraws its address (10 seconds of health checks, and the 60 seconds for which clients
   * may keep an answer).
   */
  ZONE = 'ZONE',
}

/**
 * Whether a client's connections stay in its own zone on the way through the load balancer: which of its addresses DNS gives to a
 * client, and whether they lead to targets of other zones.
 *
 * DNS knows the zone only of clients that ask the resolver of the VPC (Route 53 Resolver). Others get any address. AWS's guide to
 * Network Load Balancers, "Availability Zone DNS affinity", has the shares and the names.
 */
export enum ClientAffinity {
  /**
   * DNS gives every client the addresses of all zones, and each address leads to targets of all zones (`any_availability_zone`,
   * with cross-zone load balancing). A connection crosses from one zone to another twice with the chance of (N−1)/N in N zones.
   */
  ANY = 'ANY',

  /**
   * DNS answers 85 of 100 questions with the address of the client's own zone, and each address leads to targets of all zones
   * (`partial_availability_zone_affinity`, with cross-zone load balancing). The way from the load balancer to a proxy crosses as
   * with `ANY`.
   *
   * The price: an answer has one address. A client of a zone whose address is lost cannot try another one until DNS
   * withdraws it, and has kept it for up to 60 seconds.
   */
  PARTIAL = 'PARTIAL',

  /**
   * DNS answers with the address of the client's own zone, and each address leads to targets of its zone alone
   * (`availability_zone_affinity`, without cross-zone load balancing). No connection crosses.
   *
   * The price: each zone needs targets for all of its clients, at least two. A zone whose targets are all lost is dark to its
   * clients until DNS withdraws its address (10 seconds of health checks, and the 60 seconds for which clients may keep an answer).
   */
  ZONE = 'ZONE',
}

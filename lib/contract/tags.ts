/** The tags by which people, IAM and the rehearsal recognize a cluster's resources. */
export enum CacheTag {
  /** The cluster: unique within an account and region. */
  CLUSTER = 'cdk-memcached:cluster',

  /** The role of the resource in the cluster: `node`, `proxy`, `sidecar`, `endpoint`, `discovery` or `probe`. */
  ROLE = 'cdk-memcached:role',

  /** The name that clients of a load balancer with TLS connect to. */
  TLS_NAME = 'cdk-memcached:tls-name',

  /** How the targets of a target group terminate TLS: `tls`, or `mutual` where clients have to present a certificate. */
  TARGET_TLS = 'cdk-memcached:target-tls',

  /** The secret with a proxy's certificate, as a label of the container that reads it. */
  CERTIFICATE_SECRET = 'cdk-memcached:certificate-secret',

  /** The secret with the authorities of clients, as a label of that container. */
  AUTHORITIES_SECRET = 'cdk-memcached:authorities-secret',

  /** The port that a `sidecar` listens on, on loopback. */
  PORT = 'cdk-memcached:port',

  /** How keys are laid out: `replicated` or `sharded`. */
  TOPOLOGY = 'cdk-memcached:topology',

  /** The id of an alarm within its cluster, such as `ZoneADown`. */
  ALARM = 'cdk-memcached:alarm',

  /** The name of the availability zone. */
  ZONE = 'cdk-memcached:zone',

  /** The node's name, such as `a1`. */
  NODE = 'cdk-memcached:node',

  /** The id of the network interface that gives an EC2 node its address. */
  INTERFACE = 'cdk-memcached:interface',

  /** The logical id of the Auto Scaling group that an EC2 node signals. */
  GROUP = 'cdk-memcached:group',
}

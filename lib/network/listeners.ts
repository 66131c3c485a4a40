import { Duration } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { CacheContext } from '../context/cache-context';
import type { CacheTls } from '../context/tls';
import type { ProbedEndpoint } from '../contract/probe-event';
import { Endpoint } from './endpoint';

/** Where the canary goes in plain when clients have to present certificates: it has none. */
const CANARY_PORTS = [11208, 11207, 11206];

/** What stands behind the listeners. */
interface Balanced {
  readonly loadBalancer: elbv2.NetworkLoadBalancer;
  readonly targetGroup: elbv2.NetworkTargetGroup;
}

/** What the listeners are to those who connect. */
export interface Listeners {
  /** What clients connect to: in plain, or with TLS where there is nothing else. */
  readonly endpoint: Endpoint;

  /** Where clients speak TLS. */
  readonly tlsEndpoint?: Endpoint;

  /** What the canary goes through. */
  readonly canary: ProbedEndpoint;
}

/** Adds what clients connect to. */
export function addListeners(balanced: Balanced, { port, probe, tls, ipAddressType }: CacheContext): Listeners {
  const host = balanced.loadBalancer.loadBalancerDnsName;
  const plain = new Endpoint(host, port);
  if (!tls) {
    addPlain(balanced, 'Listener', port);
    return { endpoint: plain, canary: { host, port } };
  }

  const tlsEndpoint = new Endpoint(tls.hostname, tls._portBeside(port));
  const hasPlain = tls._plainOn(port);
  if (hasPlain) addPlain(balanced, 'Listener', port);
  // On the cluster's port it is the same resource, with or without TLS: a port takes one listener.
  addTls(balanced, tlsEndpoint.port === port ? 'Listener' : 'TlsListener', tlsEndpoint.port, tls);
  nameIt(balanced, tls, ipAddressType === elbv2.IpAddressType.DUAL_STACK);
  const endpoint = hasPlain ? plain : tlsEndpoint;
  if (!tls.mutual) {
    const { certificateAuthorities: authorities } = tls._options;
    return {
      endpoint,
      tlsEndpoint,
      canary: { host, port: tlsEndpoint.port, tls: { name: tls.hostname, authorities } },
    };
  }
  if (hasPlain) return { endpoint, tlsEndpoint, canary: { host, port } };
  const free = CANARY_PORTS.find((each) => each !== port && each !== tlsEndpoint.port)!;
  if (probe) addPlain(balanced, 'CanaryListener', free);
  return { endpoint, tlsEndpoint, canary: { host, port: free } };
}

function addPlain({ loadBalancer, targetGroup }: Balanced, id: string, port: number): void {
  loadBalancer.addListener(id, {
    port,
    protocol: elbv2.Protocol.TCP,
    defaultTargetGroups: [targetGroup],
    // A connection idle for longer ends without a word, and the client's next request fails: the longest there is.
    tcpIdleTimeout: Duration.seconds(6000),
  });
}

function addTls({ loadBalancer, targetGroup }: Balanced, id: string, port: number, { _loadBalancer }: CacheTls): void {
  const { certificate, sslPolicy, accessLogs, trustStore } = _loadBalancer;
  const listener = loadBalancer.addListener(id, {
    port,
    protocol: elbv2.Protocol.TLS,
    certificates: [elbv2.ListenerCertificate.fromCertificateManager(certificate)],
    sslPolicy: sslPolicy ?? elbv2.SslPolicy.RECOMMENDED_TLS,
    defaultTargetGroups: [targetGroup],
  });
  if (accessLogs) loadBalancer.logAccessLogs(accessLogs.bucket, accessLogs.prefix);
  // The core library knows it of Application Load Balancers only. Of a listener that is modified what is not stated stays as it was
  // (Elastic Load Balancing API reference, ModifyListener).
  (listener.node.defaultChild as elbv2.CfnListener).mutualAuthentication = trustStore
    ? { mode: 'verify', trustStoreArn: trustStore.trustStoreArn, ignoreClientCertificateExpiry: false }
    : { mode: 'off' };
}

/** Makes the name that the certificate is for. */
function nameIt(
  { loadBalancer }: Balanced,
  { hostname, _options: { hostedZone } }: CacheTls,
  dualStack: boolean,
): void {
  if (!hostedZone) return;
  const record = {
    zone: hostedZone,
    // The full name, with the dot that makes it one.
    recordName: `${hostname}.`,
    target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer)),
  };
  new route53.ARecord(loadBalancer, 'Name', record);
  if (dualStack) new route53.AaaaRecord(loadBalancer, 'Ipv6Name', record);
}

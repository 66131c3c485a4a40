import { Duration, Tags } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { CacheContext } from '../context/cache-context';
import type { CacheTls } from '../context/tls';
import type { ProbedEndpoint } from '../contract/probe-event';
import { CacheTag } from '../contract/tags';
import { Endpoint } from './endpoint';

/** Where the canary goes when clients have to present certificates: it has none. */
const CANARY_PORTS = [11208, 11207, 11206];

/** What the listeners are of, and what makes the targets behind them. */
interface Balanced {
  readonly loadBalancer: elbv2.NetworkLoadBalancer;
  readonly addTargets: (id: string, port: number) => elbv2.NetworkTargetGroup;
}

/** The ports of targets that terminate TLS themselves. */
export interface TargetTlsPorts {
  /** The port that clients are sent to. */
  readonly clients: number;

  /** The port that the canary is sent to where clients have to present a certificate, because the canary has none. */
  readonly canary: number;
}

/** What the listeners are to those who connect. */
export interface Listeners {
  /** What clients connect to: in plain, or with TLS where there is nothing else. */
  readonly endpoint: Endpoint;

  /** Where clients speak TLS. */
  readonly tlsEndpoint?: Endpoint;

  /** What the canary goes through. */
  readonly canary: ProbedEndpoint;

  /** The targets that clients are sent to. */
  readonly targetGroup: elbv2.NetworkTargetGroup;
}

/** Adds what clients connect to. */
export function addListeners(balanced: Balanced, context: CacheContext, targetTls?: TargetTlsPorts): Listeners {
  const host = balanced.loadBalancer.loadBalancerDnsName;
  const { port, tls, ipAddressType } = context;
  const plain = new Endpoint(host, port);
  if (!tls) {
    const targetGroup = balanced.addTargets('Targets', port);
    addTcp(balanced, 'Listener', port, targetGroup);
    return { endpoint: plain, canary: { host, port }, targetGroup };
  }

  nameIt(balanced, tls, ipAddressType === elbv2.IpAddressType.DUAL_STACK);
  const tlsEndpoint = new Endpoint(tls.hostname, tls._portBeside(port));
  const hasPlain = tls._plainOn(port);
  const endpoints = { endpoint: hasPlain ? plain : tlsEndpoint, tlsEndpoint };
  const served = { balanced, context, tls, hasPlain, port: tlsEndpoint.port };
  return { ...endpoints, ...(targetTls ? addTlsOfTargets(served, targetTls) : addTlsOfLoadBalancer(served)) };
}

/** Where TLS is to be served, and what else. */
interface ServedTls {
  readonly balanced: Balanced;
  readonly context: CacheContext;
  readonly tls: CacheTls;
  readonly port: number;
  readonly hasPlain: boolean;
}

/** The load balancer ends TLS: what clients send in plain goes to the same targets. */
function addTlsOfLoadBalancer(served: ServedTls): Pick<Listeners, 'canary' | 'targetGroup'> {
  const { balanced, context, tls, hasPlain, port } = served;
  const host = balanced.loadBalancer.loadBalancerDnsName;
  const targetGroup = balanced.addTargets('Targets', context.port);
  if (hasPlain) addTcp(balanced, 'Listener', context.port, targetGroup);
  addEndOfTls(balanced, tlsListenerId(served), port, targetGroup, tls);

  if (!tls.mutual) return { canary: { host, port, tls: checkedBy(tls) }, targetGroup };
  if (hasPlain) return { canary: { host, port: context.port }, targetGroup };
  const free = canaryPort(served);
  if (context.probe) addTcp(balanced, 'CanaryListener', free, targetGroup);
  return { canary: { host, port: free }, targetGroup };
}

/** The targets end TLS, each kind of connection at a port of its own. */
function addTlsOfTargets(served: ServedTls, ports: TargetTlsPorts): Pick<Listeners, 'canary' | 'targetGroup'> {
  const { balanced, context, tls, hasPlain, port } = served;
  const host = balanced.loadBalancer.loadBalancerDnsName;
  if (hasPlain) addTcp(balanced, 'Listener', context.port, balanced.addTargets('Targets', context.port));
  const targetGroup = balanced.addTargets('TlsTargets', ports.clients);
  Tags.of(targetGroup).add(CacheTag.TARGET_TLS, tls.mutual ? 'mutual' : 'tls');
  addTcp(balanced, tlsListenerId(served), port, targetGroup);

  if (!tls.mutual) return { canary: { host, port, tls: checkedBy(tls) }, targetGroup };
  const free = canaryPort(served);
  if (context.probe) addTcp(balanced, 'CanaryListener', free, balanced.addTargets('CanaryTargets', ports.canary));
  return { canary: { host, port: free, tls: checkedBy(tls) }, targetGroup };
}

/** On the cluster's port it is the same resource, with or without TLS: a port takes one listener. */
function tlsListenerId({ port, context }: ServedTls): string {
  return port === context.port ? 'Listener' : 'TlsListener';
}

function canaryPort({ port, context }: ServedTls): number {
  return CANARY_PORTS.find((each) => each !== context.port && each !== port)!;
}

/** What the canary checks a certificate by. */
function checkedBy({ hostname, _options }: CacheTls): ProbedEndpoint['tls'] {
  return { name: hostname, authorities: _options.certificateAuthorities };
}

function addTcp({ loadBalancer }: Balanced, id: string, port: number, targetGroup: elbv2.INetworkTargetGroup): void {
  loadBalancer.addListener(id, {
    port,
    protocol: elbv2.Protocol.TCP,
    defaultTargetGroups: [targetGroup],
    // A connection idle for longer ends without a word, and the client's next request fails: the longest there is.
    tcpIdleTimeout: Duration.seconds(6000),
  });
}

/** A listener that ends TLS. */
function addEndOfTls(
  { loadBalancer }: Balanced,
  id: string,
  port: number,
  targetGroup: elbv2.INetworkTargetGroup,
  { _loadBalancer }: CacheTls,
): void {
  const { certificate, sslPolicy, accessLogs, trustStore } = _loadBalancer!;
  const listener = loadBalancer.addListener(id, {
    port,
    protocol: elbv2.Protocol.TLS,
    certificates: [elbv2.ListenerCertificate.fromCertificateManager(certificate)],
    sslPolicy: sslPolicy ?? elbv2.SslPolicy.RECOMMENDED_TLS,
    defaultTargetGroups: [targetGroup],
  });
  if (accessLogs) loadBalancer.logAccessLogs(accessLogs.bucket, accessLogs.prefix);
  // The core library knows it of Application Load Balancers only. The API's
  // reference has the mode `off` without saying whether a Network Load Balancer takes it: docs/tls.md has the step by hand.
  if (trustStore) {
    (listener.node.defaultChild as elbv2.CfnListener).mutualAuthentication = {
      mode: 'verify',
      trustStoreArn: trustStore.trustStoreArn,
      ignoreClientCertificateExpiry: false,
    };
  }
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

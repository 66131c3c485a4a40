import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CacheTls, CacheTopology, Endpoint, MemcachedCluster, Routing, type LoadBalancerTlsOptions } from '../../lib';
import type { ProbeEvent } from '../../lib/contract/probe-event';
import { regionalStack, SynthesizedCluster, textOf } from '../synth';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000';
const TRUST_STORE = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/clients/0000000000000000';

function made(options: Partial<LoadBalancerTlsOptions> = {}, stack = regionalStack()): SynthesizedCluster {
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
  const tls = CacheTls.loadBalancer({ hostname: 'cache.example.com', certificate, ...options });
  return new SynthesizedCluster({ tls }, stack);
}

const mutual = (options: Partial<LoadBalancerTlsOptions> = {}): SynthesizedCluster => {
  const stack = regionalStack();
  const trustStore = elbv2.TrustStore.fromTrustStoreArn(stack, 'TrustStore', TRUST_STORE);
  return made({ trustStore, ...options }, stack);
};

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const eventOf = (served: SynthesizedCluster): ProbeEvent =>
  JSON.parse(textOf(served.only('AWS::Scheduler::Schedule').Properties.Target.Input));

/** Such as `TLS:11211`. */
const listenersOf = (served: SynthesizedCluster): string[] =>
  Object.values(served.resources(LISTENER))
    .map(({ Properties }) => `${Properties.Protocol}:${Properties.Port}`)
    .sort();

/** The ports of the load balancer that the template lets somebody connect to. */
const openedBy = (served: SynthesizedCluster): number[] =>
  Object.values(served.resources('AWS::EC2::SecurityGroupIngress'))
    .filter(({ Properties }) => textOf(Properties.GroupId).includes('RoutingEndpoint'))
    .map(({ Properties }) => Properties.FromPort);

describe('TLS that the load balancer ends', () => {
  const served = made();

  test('is on the cluster’s port, and nothing is served in plain', () => {
    expect(listenersOf(served)).toEqual(['TLS:11211']);
    expect(served.only(LISTENER).Properties).toMatchObject({
      Certificates: [{ CertificateArn: CERTIFICATE }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    });
    expect(served.only(LISTENER).Properties).not.toHaveProperty('ListenerAttributes');
    expect(served.only(LISTENER).Properties).not.toHaveProperty('MutualAuthentication');
  });

  test('is what clients connect to, by the name of the certificate', () => {
    expect(served.cluster.endpoint.socketAddress).toBe('cache.example.com:11211');
    expect(served.cluster.tlsEndpoint).toBe(served.cluster.endpoint);
    expect(served.cluster.connections.defaultPort!.toString()).toBe('11211');
  });

  test('is what the canary goes through, and checks', () => {
    expect(eventOf(served).endpoint).toEqual({
      host: expect.stringContaining('DNSName'),
      port: 11211,
      tls: { name: 'cache.example.com' },
    });
  });

  test('takes the place of plain memcached in one and the same listener: a port takes no second one', () => {
    const plain = new SynthesizedCluster();
    expect(Object.keys(served.resources(LISTENER))).toEqual(Object.keys(plain.resources(LISTENER)));
    const group = 'AWS::ElasticLoadBalancingV2::TargetGroup';
    expect(served.resources(group)).toEqual(plain.resources(group));
  });
});

test('TLS on another port leaves plain memcached where it is', () => {
  const served = made({ port: 11443 });
  expect(listenersOf(served)).toEqual(['TCP:11211', 'TLS:11443']);
  expect(served.cluster.endpoint.port).toBe(11211);
  expect(served.cluster.tlsEndpoint!.socketAddress).toBe('cache.example.com:11443');
  expect(served.cluster.connections.defaultPort!.toString()).toBe('11211');
  expect(eventOf(served).endpoint).toMatchObject({ port: 11443, tls: {} });
  expect(openedBy(served)).toEqual([11443]);
});

test('plain memcached goes when every client speaks TLS', () => {
  const served = made({ port: 11443, plain: false });
  expect(listenersOf(served)).toEqual(['TLS:11443']);
  expect(served.cluster.endpoint.socketAddress).toBe('cache.example.com:11443');
  expect(served.cluster.connections.defaultPort!.toString()).toBe('11443');
});

describe('mutual TLS', () => {
  test('asks clients for a certificate, and the canary goes where only the probe may connect to', () => {
    const served = mutual();
    expect(listenersOf(served)).toEqual(['TCP:11208', 'TLS:11211']);
    const listeners = Object.values(served.resources(LISTENER)).map(
      ({ Properties }) => Properties.MutualAuthentication,
    );
    expect(listeners.filter((each) => each)).toEqual([
      { Mode: 'verify', TrustStoreArn: TRUST_STORE, IgnoreClientCertificateExpiry: false },
    ]);
    expect(eventOf(served).endpoint).toEqual({ host: expect.any(String), port: 11208 });
    expect(openedBy(served)).toEqual([11208]);
  });

  test('needs no listener for the canary beside plain memcached', () => {
    const served = mutual({ port: 11443, plain: true });
    expect(listenersOf(served)).toEqual(['TCP:11211', 'TLS:11443']);
    expect(eventOf(served).endpoint).toEqual({ host: expect.any(String), port: 11211 });
  });
});

test('the name is made in a hosted zone', () => {
  const stack = regionalStack();
  const attributes = { hostedZoneId: 'Z1', zoneName: 'example.com' };
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', attributes);
  const { Properties } = made({ hostedZone }, stack).only('AWS::Route53::RecordSet');
  expect(Properties).toMatchObject({ Name: 'cache.example.com.', Type: 'A', HostedZoneId: 'Z1' });
});

test('the name has an address of each kind where the endpoint has', () => {
  const stack = regionalStack();
  const attributes = { hostedZoneId: 'Z1', zoneName: 'example.com' };
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', attributes);
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
  const tls = CacheTls.loadBalancer({ hostname: 'cache.example.com', certificate, hostedZone });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 3, ipProtocol: ec2.IpProtocol.DUAL_STACK });
  const served = new SynthesizedCluster({ vpc, tls, ipAddressType: elbv2.IpAddressType.DUAL_STACK }, stack);
  const records = Object.values(served.resources('AWS::Route53::RecordSet')).map(({ Properties }) => Properties);
  expect(records.map(({ Type, Name }) => `${Type} ${Name}`).sort()).toEqual([
    'A cache.example.com.',
    'AAAA cache.example.com.',
  ]);
});

test('access logs go to a bucket that lets the load balancer write them', () => {
  const stack = regionalStack();
  const bucket = new s3.Bucket(stack, 'Logs');
  const served = made({ accessLogs: { bucket, prefix: 'cache' } }, stack);
  const { LoadBalancerAttributes } = served.only('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
  expect(LoadBalancerAttributes).toContainEqual({ Key: 'access_logs.s3.enabled', Value: 'true' });
  expect(LoadBalancerAttributes).toContainEqual({ Key: 'access_logs.s3.prefix', Value: 'cache' });
  expect(JSON.stringify(served.only('AWS::S3::BucketPolicy'))).toContain('delivery.logs.amazonaws.com');
});

test('the canary trusts an authority of one’s own', () => {
  const certificateAuthorities = '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----';
  expect(eventOf(made({ certificateAuthorities })).endpoint!.tls!.authorities).toBe(certificateAuthorities);
});

test('a cluster made elsewhere has what it is given', () => {
  const tlsEndpoint = new Endpoint('cache.example.com', 11443);
  const attributes = { endpointAddress: 'cache.example.com', tlsEndpoint };
  const served = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', attributes);
  expect(served.tlsEndpoint).toBe(tlsEndpoint);
});

test.each<[string, Partial<LoadBalancerTlsOptions>, RegExp]>([
  ['a name of one word', { hostname: 'cache' }, /^hostname is 'cache', expected a name of a domain/],
  ['a port that memcached may not take', { port: 443 }, /^port of tls is 443, expected a whole number between 1024/],
  ['plain memcached on the same port', { plain: true }, /^plain is true with TLS on the cluster's port 11211/],
  ['text that is no certificate', { certificateAuthorities: 'x' }, /^certificateAuthorities has no certificate/],
])('%s is an error', (_, options, message) => {
  expect(() => made(options)).toThrow(message);
});

test.each([
  ['clientSide', Routing.clientSide()],
  ['sidecar', Routing.sidecar(Routing.memcachedProxy())],
])('with the routing %s nothing ends TLS', (name, routing) => {
  const stack = regionalStack();
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE);
  const tls = CacheTls.loadBalancer({ hostname: 'cache.example.com', certificate });
  const props = { tls, topology: CacheTopology.sharded(), routing };
  expect(() => new SynthesizedCluster(props, stack)).toThrow(`tls with the routing ${name}, expected a routing with`);
});

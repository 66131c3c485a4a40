import type { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { CacheTls, MemcachedNodes, Routing, type MemcachedClusterProps, type ProxyTlsOptions } from '../../lib';
import type { ProbeEvent } from '../../lib/contract/probe-event';
import { partOf, regionalStack, SynthesizedCluster, tagsOf, textOf, type Resource } from '../synth';
import { alarm, alarms } from '../monitoring/synthesized-alarms';

const CERTIFICATE = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:Certificate-AbCdEf';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000';
const AUTHORITIES = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:Authorities-AbCdEf';

function made(
  options: Partial<ProxyTlsOptions> = {},
  props: Partial<MemcachedClusterProps> = {},
  stack = regionalStack(),
): SynthesizedCluster {
  const certificate = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Certificate', CERTIFICATE);
  const tls = CacheTls.proxy({ hostname: 'cache.example.com', certificate, ...options });
  return new SynthesizedCluster({ tls, ...props }, stack);
}

function mutual(
  options: Partial<ProxyTlsOptions> = {},
  props: Partial<MemcachedClusterProps> = {},
): SynthesizedCluster {
  const stack = regionalStack();
  const authorities = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Authorities', AUTHORITIES);
  return made({ clientCertificateAuthorities: authorities, ...options }, props, stack);
}

const eventOf = (served: SynthesizedCluster): ProbeEvent =>
  JSON.parse(textOf(served.only('AWS::Scheduler::Schedule').Properties.Target.Input));

/** Such as `11211 > 11210`: the port of each listener, and of the targets behind it. */
function listenersOf(served: SynthesizedCluster): string[] {
  const groups = served.resources('AWS::ElasticLoadBalancingV2::TargetGroup');
  return Object.values(served.resources('AWS::ElasticLoadBalancingV2::Listener')).map(({ Properties }) => {
    expect(Properties.Protocol).toBe('TCP');
    return `${Properties.Port} > ${groups[Properties.DefaultActions[0].TargetGroupArn.Ref].Properties.Port}`;
  });
}

const containersOf = (served: SynthesizedCluster): Record<string, any>[] =>
  partOf(served, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;

const textOfProxy = (served: SynthesizedCluster): string => textOf(containersOf(served)[0].Command[0]);

/** What memcached listens on. */
const addressesOf = (served: SynthesizedCluster): string[] =>
  /exec memcached -l '([^']*)'/.exec(textOfProxy(served))![1].split(',');

/** What the tasks of the proxies may do with secrets and keys. */
const allowed = (served: SynthesizedCluster): string[] =>
  Object.values(served.resources('AWS::IAM::Policy'))
    .flatMap(({ Properties }: Resource) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => /secretsmanager|kms/.test(JSON.stringify(Action)))
    .map(({ Action, Resource }) => `${[Action].flat().join(' ')} ${textOf(Resource)}`);

describe('TLS that the proxies end', () => {
  const served = made();

  test('is behind a TCP listener on the cluster’s port, and nothing is served in plain', () => {
    expect(listenersOf(served)).toEqual(['11211 > 11210']);
    expect(served.cluster.endpoint.socketAddress).toBe('cache.example.com:11211');
    expect(addressesOf(served)).toContain('btls:*:11210');
    expect(textOfProxy(served)).toMatch(/ssl_chain_cert=(\S+),ssl_key=\1 -Z$/m);
  });

  test('leaves the proxy’s own port plain, for the probe, its health check and its clock', () => {
    expect(addressesOf(served)).toEqual(
      expect.arrayContaining(['notls:*', 'notls:tag_clock_:127.0.0.1:11209', 'notls:proto[ascii]:127.0.0.1:11207']),
    );
    expect(eventOf(served).proxies).toMatchObject({ port: 11211 });
    expect(containersOf(served)[0].HealthCheck.Command[1]).toContain('nc 127.0.0.1 11211');
  });

  test('is what the canary goes through, and checks', () => {
    expect(eventOf(served).endpoint).toMatchObject({ port: 11211, tls: { name: 'cache.example.com' } });
  });

  test('starts with a certificate only, and goes on without the container that brings it', () => {
    const [proxy, certificates] = containersOf(served);
    expect(proxy.DependsOn).toEqual([{ ContainerName: certificates.Name, Condition: 'HEALTHY' }]);
    expect(certificates).toMatchObject({
      Essential: false,
      RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 },
    });
    expect(certificates.HealthCheck.Command[1]).toBe('test -s /run/certificates/certificate.pem');
  });

  test('has an alarm on what is logged of a certificate that a proxy refuses', () => {
    const filters = Object.values(served.resources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties);
    const { FilterPattern } = filters.find(
      ({ MetricTransformations: [{ MetricName }] }) => MetricName === 'CertificateRefused',
    )!;
    expect(textOf(FilterPattern)).toContain('($.message = "the proxy does not take the certificate*")');
    expect(textOf(containersOf(served)[1].Command[0])).toContain('the proxy does not take the certificate of the');
    expect(alarm(served, 'CertificateRefused')).toMatchObject({ DatapointsToAlarm: 1, EvaluationPeriods: 60 });
    expect(alarms(new SynthesizedCluster())).not.toHaveProperty('CertificateRefused');
  });

  test('has its certificate in a volume that the proxy can only read', () => {
    const [proxy, certificates] = containersOf(served);
    const mount = { ContainerPath: '/run/certificates', SourceVolume: 'certificates' };
    expect(proxy.MountPoints).toEqual([{ ...mount, ReadOnly: true }]);
    expect(certificates.MountPoints).toEqual([{ ...mount, ReadOnly: false }]);
    const { Volumes } = partOf(served, 'AWS::ECS::TaskDefinition', 'Proxy').Properties;
    expect(Volumes).toEqual([{ Name: 'certificates' }]);
  });

  test('lets the tasks read that secret, and no other', () => {
    expect(allowed(served)).toEqual([`secretsmanager:GetSecretValue secretsmanager:DescribeSecret ${CERTIFICATE}`]);
  });

  test('has the processor before the container that brings the certificate', () => {
    expect(containersOf(served).map(({ Cpu }) => Cpu)).toEqual([128, 16]);
    expect(containersOf(new SynthesizedCluster())[0].Cpu).toBeUndefined();
  });

  test('shares the task’s memory with the container that brings the certificate', () => {
    expect(containersOf(served)[1].Memory).toBe(192);
    expect(textOfProxy(served)).toContain(' -c 2560 ');
    expect(textOfProxy(served)).toContain(`active_req_limit = ${24 * 320}, buffer_memory_limit = ${80 * 1024},`);
    expect(textOfProxy(new SynthesizedCluster())).toContain(' -c 8192 ');
  });

  test('ends nowhere beside an application', () => {
    const { script } = served.cluster.proxyCommand();
    expect(script).toContain(`-l '127.0.0.1,tag_clock_:127.0.0.1:11209'`);
    expect(script).not.toContain('ssl_');
  });
});

test('TLS on another port leaves plain memcached where it is, with targets of its own', () => {
  const served = made({ port: 11443 });
  expect(listenersOf(served)).toEqual(['11211 > 11211', '11443 > 11210']);
  const { LoadBalancers } = partOf(served, 'AWS::ECS::Service', 'Proxy').Properties;
  expect(LoadBalancers.map((each: Record<string, unknown>) => each.ContainerPort)).toEqual([11211, 11210]);
});

test('plain memcached goes without a change of the targets that speak TLS', () => {
  const groupsOf = (served: SynthesizedCluster) => served.resources('AWS::ElasticLoadBalancingV2::TargetGroup');
  const [before, after] = [made({ port: 11443 }), made({ port: 11443, plain: false })];
  const [[id, group]] = Object.entries(groupsOf(after));
  expect(groupsOf(before)[id]).toEqual(group);
  expect(listenersOf(after)).toEqual(['11443 > 11210']);
});

describe('mutual TLS', () => {
  const served = mutual();

  test('asks clients for a certificate, and the canary goes with TLS where only the probe may connect to', () => {
    expect(listenersOf(served)).toEqual(['11211 > 11210', '11208 > 11208']);
    expect(addressesOf(served)).toEqual(expect.arrayContaining(['mtls:*:11210', 'btls:*:11208']));
    expect(textOfProxy(served)).toContain(',ssl_ca_cert=/run/certificates/authorities.pem -Z');
    expect(eventOf(served).endpoint).toMatchObject({ port: 11208, tls: { name: 'cache.example.com' } });
  });

  test('does so beside plain memcached too: its canary checks the certificate', () => {
    const beside = mutual({ port: 11443, plain: true });
    expect(listenersOf(beside)).toEqual(['11211 > 11211', '11443 > 11210', '11208 > 11208']);
  });

  test('has no listener for the canary without a probe', () => {
    expect(listenersOf(mutual({}, { probe: false }))).toEqual(['11211 > 11210']);
  });

  test('tells the rehearsal which secret is which, and which targets speak TLS', () => {
    const { DockerLabels } = containersOf(served)[1];
    expect(DockerLabels).toEqual({
      'cdk-memcached:certificate-secret': CERTIFICATE,
      'cdk-memcached:authorities-secret': AUTHORITIES,
    });
    const tags = Object.values(served.resources('AWS::ElasticLoadBalancingV2::TargetGroup')).map(
      (group) => tagsOf(group)['cdk-memcached:target-tls'],
    );
    expect(tags).toEqual(['mutual', undefined]);
  });
});

test.each([
  ['made here', (stack: Stack) => new kms.Key(stack, 'Key'), /^kms:Decrypt \$\{Key/],
  ['made elsewhere', (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', KEY), /^kms:Decrypt arn:aws:kms:/],
])(
  'a secret with a key of its own that was %s can be decrypted, through Secrets Manager alone',
  (_, keyOf, statement) => {
    const stack = regionalStack();
    const attributes = { secretCompleteArn: CERTIFICATE, encryptionKey: keyOf(stack) };
    const certificate = secretsmanager.Secret.fromSecretAttributes(stack, 'Secret', attributes);
    const served = made({ certificate }, {}, stack);
    expect(allowed(served)).toEqual([expect.any(String), expect.stringMatching(statement)]);
    const policies = JSON.stringify(served.resources('AWS::IAM::Policy'));
    expect(policies).toContain('{"kms:ViaService":"secretsmanager.eu-west-1.amazonaws.com"}');
  },
);

test('the container that brings certificates is pulled through the cache, or is one’s own', () => {
  const imageOf = (served: SynthesizedCluster): string => textOf(containersOf(served)[1].Image);
  expect(imageOf(made())).toMatch(/^public\.ecr\.aws\/aws-cli\/aws-cli:[\d.]+$/);
  expect(imageOf(made({}, { pullThroughCachePrefix: 'ecr-public' }))).toContain('/ecr-public/aws-cli/aws-cli:');
  expect(imageOf(made({ awsCliImage: ContainerImage.fromRegistry('registry.example/aws:2') }))).toBe(
    'registry.example/aws:2',
  );
});

test.each([
  ['haproxy', Routing.haproxy()],
  ['nginxStream', Routing.nginxStream()],
  ['networkLoadBalancer', Routing.networkLoadBalancer()],
])('with the routing %s it is an error', (_, routing) => {
  const making = () => made({}, { routing, nodes: MemcachedNodes.fargate() });
  expect(making).toThrow(
    /^CacheTls\.proxy with a routing whose proxies do not end TLS.*, expected Routing\.memcachedProxy/,
  );
});

test.each<[string, Partial<ProxyTlsOptions>, Partial<MemcachedClusterProps>, RegExp]>([
  [
    'a certificate that is no secret',
    { certificate: {} as never },
    {},
    /^certificate .*expected a secret of AWS Secrets/,
  ],
  [
    'a cluster’s port that TLS takes',
    {},
    { port: 11210 },
    /^port is 11210, expected another one: .* 11209, 11210, 11208/,
  ],
  [
    'more connections than fit',
    {},
    { routing: Routing.memcachedProxy({ maxConnections: 12_000 }) },
    /^maxConnections is 12000, expected a whole number between 128 and 5120: .* 320 MiB beside the container/,
  ],
])('%s is an error', (_, options, props, message) => {
  expect(() => made(options, props)).toThrow(message);
});

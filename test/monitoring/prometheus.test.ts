import { Size } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CacheTopology, MemcachedNodes, PrometheusExporter, Routing, type MemcachedClusterProps } from '../../lib';
import { partOf, SynthesizedCluster, textOf } from '../synth';

const prometheus = PrometheusExporter.official();
const FARGATE = MemcachedNodes.fargate({ nodesPerZone: 2 });
const topology = CacheTopology.sharded();

const userData = (props: Partial<MemcachedClusterProps>): string =>
  textOf(new SynthesizedCluster(props).only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData);
const containers = (props: Partial<MemcachedClusterProps>, part: string): any[] =>
  partOf(new SynthesizedCluster(props), 'AWS::ECS::TaskDefinition', part).Properties.ContainerDefinitions;
const scrapes = (made: SynthesizedCluster): Record<string, any> =>
  Object.fromEntries(
    JSON.parse(textOf(made.resolve(made.cluster.prometheus!.scrapeConfigs))).scrape_configs.map((job: any) => [
      job.job_name,
      job,
    ]),
  );
/** The ports of the rules that let this machine in, by what they open. */
function opened(made: SynthesizedCluster): string[] {
  made.cluster.prometheus!.allowFrom(new ec2.Connections({ peer: ec2.Peer.ipv4('10.9.0.7/32') }));
  return Object.entries(made.resources('AWS::EC2::SecurityGroup')).flatMap(([id, { Properties }]) =>
    (Properties.SecurityGroupIngress ?? [])
      .filter(({ CidrIp }: any) => CidrIp === '10.9.0.7/32')
      .map(({ FromPort, ToPort }: any) => `${/(Node|Proxy)SecurityGroup/.exec(id)?.[1]} ${FromPort}-${ToPort}`),
  );
}

describe('exporters', () => {
  test('are not there unless they are asked for', () => {
    expect(userData({})).not.toContain('exporter');
    expect(new SynthesizedCluster().cluster.prometheus).toBeUndefined();
    for (const part of ['Nodes', 'Proxy']) expect(containers({ nodes: FARGATE }, part)).toHaveLength(1);
  });

  test.each(['Nodes', 'Proxy'])(
    'run beside memcached in a task, and can neither end it nor take its memory: %s',
    (part) => {
      const [memcached, exporter, ...others] = containers({ nodes: FARGATE, prometheus }, part);
      expect(others).toEqual([]);
      expect(memcached).toMatchObject({ Essential: true });
      expect(exporter).toMatchObject({ Essential: false, Memory: 64, RestartPolicy: { Enabled: true } });
      expect(textOf(exporter.Command[0])).toContain('exec memcached_exporter --memcached.address=127.0.0.1:11211 ');
    },
  );

  test('take their memory from the items in a task, not from what memcached needs besides', () => {
    const nodes = MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512 });
    const memory = (props: object): string =>
      / -m (\d+) /.exec(textOf(containers({ nodes, ...props }, 'Nodes')[0].Command[0]))![1];
    expect([memory({}), memory({ prometheus })]).toEqual(['370', '315']);
    const asked = MemcachedNodes.fargate({ cpu: 256, memoryLimitMiB: 512, cacheMemory: Size.mebibytes(400) });
    expect(() => new SynthesizedCluster({ nodes: asked, prometheus })).toThrow(
      'cacheMemory in MiB is 400, expected a whole number',
    );
  });

  test('run beside memcached on a machine, after it answers', () => {
    const text = userData({ prometheus });
    const [answers, exporter] = ['retry 30 docker exec memcached', 'run exporter --memory 64m'].map((line) =>
      text.indexOf(line),
    );
    expect(answers).toBeGreaterThan(0);
    expect(exporter).toBeGreaterThan(answers);
  });

  test('follow the port of the cluster', () => {
    expect(userData({ prometheus, port: 12000 })).toContain('--memcached.address=127.0.0.1:12000 ');
  });

  test('come from an image that can be one’s own', () => {
    const own = { prometheus: PrometheusExporter.fromRegistry('registry.example/exporter:1') };
    expect(userData(own)).toContain("docker pull --quiet 'registry.example/exporter:1'");
    expect(containers(own, 'Proxy')[1].Image).toBe('registry.example/exporter:1');
  });

  test('cannot share their port with the cluster', () => {
    expect(() => new SynthesizedCluster({ prometheus, port: 9150 })).toThrow(
      'port is 9150, expected another one: the exporters for Prometheus take it; choose another port, or leave prometheus out',
    );
    expect(() => new SynthesizedCluster({ port: 9150 })).not.toThrow();
  });

  test.each([
    ['haproxy', Routing.haproxy()],
    ['nginx', Routing.nginxStream()],
    ['twemproxy', Routing.twemproxy({ image: ecs.ContainerImage.fromRegistry('registry.example/twemproxy:1') })],
  ])('%s has none beside it', (_, routing) => {
    expect(containers({ prometheus, topology, routing }, 'Proxy')).toHaveLength(1);
  });
});

describe('targets', () => {
  const made = new SynthesizedCluster({ nodes: FARGATE, prometheus });

  test('of the nodes are told with zone and name', () => {
    const targets = JSON.parse(textOf(made.resolve(made.cluster.prometheus!.nodeTargets)));
    expect(targets).toHaveLength(6);
    expect(targets[1]).toEqual({
      targets: [expect.stringMatching(/^b1\..*:9150$/)],
      labels: { cluster: expect.stringContaining('${AWS::StackName}-'), zone: 'b', node: 'b1' },
    });
    expect(scrapes(made)['memcached-nodes'].static_configs).toEqual(targets);
  });

  test('of nodes on EC2 are their interfaces’ addresses', () => {
    const ec2Made = new SynthesizedCluster({ prometheus });
    expect(scrapes(ec2Made)['memcached-nodes'].static_configs[0].targets).toEqual([
      expect.stringMatching(/^\${CacheNodesZoneANode1Interface\w+\.PrimaryPrivateIpAddress}:9150$/),
    ]);
  });

  test.each([
    ['memcached’s proxy', {}, 9150],
    ['haproxy', { routing: Routing.haproxy() }, 8404],
  ])('of the proxies are found by their name: %s', (_, props, port) => {
    const proxied = new SynthesizedCluster({ ...props, prometheus });
    const { dns_sd_configs: found } = scrapes(proxied)['memcached-proxies'];
    expect(found).toEqual([expect.objectContaining({ names: [expect.stringContaining('proxies.')], type: 'A', port })]);
    const names = Object.values(proxied.resources('AWS::ServiceDiscovery::Service')).map(
      ({ Properties }) => Properties.Name,
    );
    expect(names).toContain('proxies');
  });

  test.each<[string, Partial<MemcachedClusterProps>]>([
    ['nginx', { routing: Routing.nginxStream() }],
    ['no proxies', { routing: Routing.clientSide({ autoDiscovery: true }), topology }],
  ])('there are none of %s', (_, props) => {
    expect(Object.keys(scrapes(new SynthesizedCluster({ ...props, prometheus })))).toEqual(['memcached-nodes']);
  });
});

describe('who may scrape', () => {
  test.each([
    ['nodes and memcached’s proxies', {}, ['Node 9150-9150', 'Proxy 9150-9150']],
    ['nodes and haproxy', { routing: Routing.haproxy() }, ['Node 9150-9150', 'Proxy 8404-8404']],
    ['nodes alone', { routing: Routing.nginxStream() }, ['Node 9150-9150']],
  ])('reaches the metrics of %s, and nothing else', (_, props, rules) => {
    const made = new SynthesizedCluster({ ...props, prometheus });
    expect(opened(made).sort()).toEqual(rules);
  });

  test('is nobody before', () => {
    const made = new SynthesizedCluster({ prometheus });
    const rules = [
      ...Object.values(made.resources('AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties),
      ...Object.values(made.resources('AWS::EC2::SecurityGroup')).flatMap(
        ({ Properties }) => Properties.SecurityGroupIngress ?? [],
      ),
    ];
    expect(rules.filter(({ FromPort }) => FromPort === 9150)).toEqual([]);
  });
});

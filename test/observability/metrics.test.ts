import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Endpoint, MemcachedCluster, type IMemcachedCluster } from '../../lib';
import { regionalStack, SynthesizedCluster } from '../synth';

const created = new SynthesizedCluster().cluster;
const imported = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Imported', {
  endpointAddress: 'cache.internal',
  loadBalancerFullName: 'net/lb/1',
  targetGroupFullName: 'targetgroup/tg/2',
  ecsClusterName: 'ecs',
  proxyServiceName: 'proxies',
});

type MetricMethod = keyof {
  [
    K in keyof IMemcachedCluster as IMemcachedCluster[K] extends (
      options?: cloudwatch.MetricOptions,
    ) => cloudwatch.Metric
      ? K
      : never
  ]: 1;
};

const BALANCER = ['LoadBalancer'];
const TARGETS = ['LoadBalancer', 'TargetGroup'];
const PROXIES = ['ClusterName', 'ServiceName'];
const METRICS: [MetricMethod, string, string, string, string[]][] = [
  ['metricHealthyTargetCount', 'AWS/NetworkELB', 'HealthyHostCount', 'Minimum', TARGETS],
  ['metricUnhealthyTargetCount', 'AWS/NetworkELB', 'UnHealthyHostCount', 'Maximum', TARGETS],
  ['metricActiveFlowCount', 'AWS/NetworkELB', 'ActiveFlowCount', 'Average', BALANCER],
  ['metricProcessedBytes', 'AWS/NetworkELB', 'ProcessedBytes', 'Sum', BALANCER],
  ['metricProxyCpuUtilization', 'AWS/ECS', 'CPUUtilization', 'Average', PROXIES],
  ['metricProxyMemoryUtilization', 'AWS/ECS', 'MemoryUtilization', 'Average', PROXIES],
];

describe.each<[string, IMemcachedCluster]>([
  ['created', created],
  ['imported', imported],
])('%s', (_, cluster) => {
  test.each(METRICS)('%s', (method, namespace, metricName, statistic, dimensions) => {
    const metric = cluster[method]();
    expect(metric).toMatchObject({ namespace, metricName, statistic });
    expect(Object.keys(metric.dimensions ?? {}).sort()).toEqual(dimensions);
  });

  test.each(METRICS)('%s takes the user’s options last', (method) => {
    expect(cluster[method]({ statistic: 'p99', period: Duration.minutes(1) })).toMatchObject({
      statistic: 'p99',
      period: Duration.minutes(1),
    });
  });
});

describe('an imported cluster', () => {
  test('has the endpoint it is given', () => {
    expect(imported.endpoint.socketAddress).toBe('cache.internal:11211');
    expect(imported.nodeEndpoints).toEqual([]);
  });

  test('opens its security group', () => {
    const stack = regionalStack();
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1', { mutable: true });
    const cluster = MemcachedCluster.fromMemcachedClusterAttributes(stack, 'Imported', {
      endpointAddress: 'cache.internal',
      port: 22122,
      securityGroups: [group],
      nodeEndpoints: [new Endpoint('10.0.0.1', 22122)],
    });
    cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/16'));
    expect(cluster.connections.defaultPort?.toString()).toBe('22122');
    expect(cluster.nodeEndpoints[0].socketAddress).toBe('10.0.0.1:22122');
  });

  test.each<[MetricMethod, string]>([
    ['metricHealthyTargetCount', 'loadBalancerFullName'],
    ['metricProxyCpuUtilization', 'ecsClusterName'],
  ])('says what %s needs', (method, missing) => {
    const bare = MemcachedCluster.fromMemcachedClusterAttributes(regionalStack(), 'Bare', { endpointAddress: 'cache' });
    expect(() => bare[method]()).toThrow(`has no ${missing}, expected one: pass it to fromMemcachedClusterAttributes`);
  });
});

import { Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CacheTopology, MemcachedCluster, MemcachedNodes, Routing, type IMemcachedNodes } from '../../lib';
import { circleIn } from '../circles';
import { regionalStack, SynthesizedCluster, threeZones, type Resource } from '../synth';

const reads = (bucket: string) => ({
  PolicyDocument: {
    Statement: Match.arrayWith([
      Match.objectLike({
        Action: Match.arrayWith(['s3:GetObject*']),
        Resource: Match.arrayWith([{ 'Fn::GetAtt': [Match.stringLikeRegexp(bucket), 'Arn'] }]),
      }),
    ]),
  },
});

test('nodes on EC2 may be allowed to fetch a script, before they boot, and it replaces none of them', () => {
  const stack = regionalStack();
  const bucket = new s3.Bucket(stack, 'Scripts');
  const nodes = MemcachedNodes.ec2({ userDataCommands: ['aws s3 cp s3://scripts/boot.sh - | bash'] });
  const cluster = new MemcachedCluster(stack, 'Cache', { vpc: threeZones(stack), nodes });
  const before = launchTemplateOf(Template.fromStack(stackOf(nodes)));
  bucket.grantRead(cluster.nodeRole!);
  const template = Template.fromStack(stack);
  const policies = template.findResources('AWS::IAM::Policy', { Properties: reads('Scripts') });
  expect(Object.keys(policies)).toEqual([expect.stringContaining('LaunchTemplateRole')]);
  const after = launchTemplateOf(template);
  expect(after.Properties).toEqual(before.Properties);
  expect(after.DependsOn).toContain(Object.keys(policies)[0]);
  expect(circleIn(template)).toEqual([]);
});

/** The same cluster without the permission. */
function stackOf(nodes: IMemcachedNodes) {
  return new SynthesizedCluster({ nodes }).stack;
}

function launchTemplateOf(template: Template): Resource {
  const [found] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'));
  return found as Resource;
}

test('nodes on Fargate and proxies have roles of their own', () => {
  const made = new SynthesizedCluster({ nodes: MemcachedNodes.fargate() });
  const bucket = new s3.Bucket(made.stack, 'Scripts');
  bucket.grantRead(made.cluster.nodeRole!);
  bucket.grantRead(made.cluster.proxyRole!);
  const policies = made.template.findResources('AWS::IAM::Policy', { Properties: reads('Scripts') });
  expect(Object.keys(policies)).toEqual([
    expect.stringContaining('NodesTaskTaskRole'),
    expect.stringContaining('ProxyTaskTaskRole'),
  ]);
});

test('without proxies there is no role of proxies', () => {
  const { cluster } = new SynthesizedCluster({ routing: Routing.clientSide(), topology: CacheTopology.sharded() });
  expect(cluster.nodeRole).toBeDefined();
  expect(cluster.proxyRole).toBeUndefined();
});

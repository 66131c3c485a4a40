import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { MemcachedImage } from '../../lib';
import { load, stacksOf } from '../apps';
import { textOf, type Resource } from '../synth';

let resources: Record<string, Resource>;
let unwarranted: unknown[];

beforeAll(async () => {
  const [stack] = stacksOf(await load('examples/isolated/app'));
  resources = Template.fromStack(stack).toJSON().Resources;
  unwarranted = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('noEgress'));
});

const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

/** The endpoints, by the service that they lead to. */
function endpoints(): Record<string, string> {
  return Object.fromEntries(
    ofType('AWS::EC2::VPCEndpoint').map(([id, { Properties }]) => [
      textOf(Properties.ServiceName).replace(/^com\.amazonaws\.\$\{AWS::Region\}\./, ''),
      id,
    ]),
  );
}

const launchTemplate = (): string =>
  textOf(ofType('AWS::EC2::LaunchTemplate')[0][1].Properties.LaunchTemplateData.UserData);

/** What a line of the user data asks of AWS, and the endpoints that it takes. */
const CALLS: [RegExp, string[]][] = [
  [/\bdnf install\b/, ['s3']],
  [/\bdocker pull\b/, ['ecr.dkr', 's3']],
  [/--log-driver awslogs\b/, ['logs']],
  [/\bcfn-signal\b/, ['cloudformation']],
];

test('nothing leads out of the network', () => {
  for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway', 'AWS::EC2::Route']) {
    expect(ofType(type)).toEqual([]);
  }
});

test('whatever hosts call has an endpoint, and there is no other', () => {
  const commands = launchTemplate();
  const called = [...commands.matchAll(/\baws (?!s3\b)([a-z0-9]+) [a-z-]+/g)].map(([, service]) =>
    service === 'ecr' ? 'ecr.api' : service,
  );
  const taken = CALLS.filter(([call]) => call.test(commands)).flatMap(([, services]) => services);
  expect(called).toEqual(expect.arrayContaining(['ec2', 'ecr.api']));
  expect(Object.keys(endpoints()).sort()).toEqual([...new Set([...called, ...taken])].sort());
});

test('every image is in the account’s own registry', () => {
  const own = /^\$\{AWS::AccountId\}\.dkr\.ecr\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/memcached:([\w.-]+)$/;
  const [, pulled] = /docker pull --quiet '?([^'\s]+)/.exec(launchTemplate())!;
  const tasks = ofType('AWS::ECS::TaskDefinition').flatMap(([, { Properties }]) => Properties.ContainerDefinitions);
  const images = [pulled, ...tasks.map(({ Image }) => textOf(Image))];
  expect(images).toHaveLength(2);
  const official = MemcachedImage.official().imageUri.split(':')[1];
  for (const image of images) expect(own.exec(image)?.[1]).toBe(official);
});

test('no host starts before the endpoints are there', () => {
  const hosts = [...ofType('AWS::AutoScaling::AutoScalingGroup'), ...ofType('AWS::ECS::Service')];
  expect(hosts.length).toBeGreaterThan(2);
  for (const [, { DependsOn }] of hosts) expect(DependsOn).toEqual(expect.arrayContaining(Object.values(endpoints())));
});

test('synthesis no longer warns that there is no way out', () => {
  expect(unwarranted).toEqual([]);
});

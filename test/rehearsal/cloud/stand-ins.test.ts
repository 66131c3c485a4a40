import type { BalancerPlan, InstancePlan, ListenerPlan } from '../../../rehearsal/assembly/plan';
import { parse } from '../../../rehearsal/cloud/ec2/arguments';
import { awsCli } from '../../../rehearsal/cloud/ec2/aws-cli';
import { Docker } from '../../../rehearsal/cloud/ec2/docker';
import { instanceMetadata } from '../../../rehearsal/cloud/ec2/imds';
import { packageManager, systemctl } from '../../../rehearsal/cloud/ec2/stand-ins';
import { haproxyConfiguration, healthySlots, targetConnections } from '../../../rehearsal/cloud/nlb/haproxy';
import type { Host } from '../../../rehearsal/namespace/host';

describe('the instance metadata service', () => {
  const plan = { region: 'r', subnet: { zone: 'ra', id: 'subnet-1', cidr: '10.0.0.0/24' }, tags: { 'a:b': 'c' } };
  const cards = [{ id: 'eni-1', address: '10.0.0.4', mac: '02:00:0a:00:00:04', device: 0 }];
  const ask = (path: string, options: { token?: string; method?: string; tags?: boolean } = {}) => {
    const facts = {
      id: 'i-1',
      plan: { ...plan, tagsInMetadata: options.tags ?? true } as unknown as InstancePlan,
      cards,
    };
    const headers = { 'x-aws-ec2-metadata-token': options.token ?? 'T', 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
    const request = { method: options.method ?? 'GET', path: `/latest/${path}`, headers, body: Buffer.alloc(0) };
    return instanceMetadata(facts, 'T', request);
  };

  test.each([
    ['instance-id', 'i-1'],
    ['placement/availability-zone', 'ra'],
    ['placement/region', 'r'],
    ['tags/instance/a:b', 'c'],
    ['network/interfaces/macs/', '02:00:0a:00:00:04/'],
    ['network/interfaces/macs/02:00:0a:00:00:04/interface-id', 'eni-1'],
    ['network/interfaces/macs/02:00:0a:00:00:04/local-ipv4s', '10.0.0.4'],
  ])('answers %s', (key, body) => expect(ask(`meta-data/${key}`)).toEqual({ status: 200, body }));

  test('wants a token', () => {
    expect(ask('api/token', { method: 'PUT' })).toEqual({ status: 200, body: 'T' });
    expect(ask('api/token')).toMatchObject({ status: 400 });
    expect(ask('meta-data/instance-id', { token: 'other' })).toMatchObject({ status: 401 });
  });

  test('shows tags only when the launch template asks for it', () => {
    expect(ask('meta-data/tags/instance/a:b', { tags: false })).toMatchObject({ status: 404 });
  });
});

describe('the stand-in of aws', () => {
  const attach = 'ec2 attach-network-interface --network-interface-id eni-1 --instance-id i-1 --device-index 1'.split(
    ' ',
  );

  test('attaches an interface, or says why not', async () => {
    const asked: unknown[] = [];
    expect(await awsCli(attach, async (request) => void asked.push(request))).toMatchObject({ code: 0 });
    expect(asked).toEqual([{ interfaceId: 'eni-1', instanceId: 'i-1', device: 1 }]);
    expect(await awsCli(attach, async () => 'in use')).toEqual({ code: 254, text: 'in use' });
  });

  test('takes the log of a boot that failed', async () => {
    const words = 'logs put-log-events --log-group-name g --log-stream-name s --log-events []'.split(' ');
    expect(await awsCli(words, async () => undefined)).toMatchObject({ code: 0 });
    expect(await awsCli(words.slice(0, 4), async () => undefined)).toMatchObject({ code: 252 });
  });

  test.each([
    ['s3 ls'],
    ['ec2 attach-network-interface --instance-id i-1'],
    ['ec2 attach-network-interface --dry-run'],
  ])('refuses %s', async (words) =>
    expect(await awsCli(words.split(' '), async () => undefined)).toMatchObject({ code: 252 }),
  );
});

describe('the other stand-ins', () => {
  test('refuse what they do not know', () => {
    expect(packageManager(['install', '-y', 'docker'])).toMatchObject({ code: 0 });
    expect(packageManager(['frobnicate'])).toMatchObject({ code: 1 });
    expect(systemctl(['enable', '--now', 'docker'])).toMatchObject({ code: 0 });
    expect(systemctl(['start', 'memcached'])).toMatchObject({ code: 5 });
  });

  test.each([
    ['run --detach --gpus all image', 'unknown flag: --gpus'],
    ['run --detach image', 'expected --network host'],
    ['run --network host image', 'expected --detach'],
    ['run --network host --log-driver gelf image', "has no log driver 'gelf'"],
    ['run --network host --log-driver awslogs --log-opt mode=non-blocking image', 'awslogs lacks awslogs-group'],
    ['image ls', "knows no 'docker image ls'"],
    ['compose up', "knows no 'docker compose'"],
    ['run --name', 'flag needs an argument: --name'],
  ])('docker %s fails', async (words, message) => {
    const answer = await new Docker({} as Host).call(words.split(' '));
    expect(answer).toEqual({ code: 125, text: expect.stringContaining(message) });
  });

  test('split options from the rest', () => {
    const { options, rest } = parse(['-d', '--env', 'A=1', '--env=B=2', 'image', '-c', 'x'], ['-d'], ['--env']);
    expect(options.get('--env')).toEqual(['A=1', 'B=2']);
    expect(rest).toEqual(['image', '-c', 'x']);
  });
});

describe("the load balancer's stand-in", () => {
  const target = {
    port: 11211,
    check: 'tcp',
    checkPath: '/',
    checkPort: undefined,
    intervalSeconds: 7,
    timeoutSeconds: 3,
    healthyThreshold: 4,
    unhealthyThreshold: 2,
    endsConnectionsWhenUnhealthy: true,
    endsConnectionsWhenDeregistered: true,
  };
  const configuration = (changed: object = {}, listeners: ListenerPlan[] = [{ port: 11222 }]) =>
    haproxyConfiguration({ listeners, target: { ...target, ...changed } } as unknown as BalancerPlan, 8);

  test("has the target group's figures", () => {
    expect(configuration()).toContain('bind :11222\n');
    expect(configuration()).toContain('check inter 7s fall 2 rise 4\n');
    expect(configuration()).toContain('timeout check 3s\n');
    expect(configuration()).toContain('server-template target 1-8 0.0.0.0:11211 disabled\n');
    expect(configuration({ check: 'http', checkPath: '/up' })).toContain('option httpchk GET /up\n');
    expect(configuration({ checkPort: 8080 })).toContain('rise 4 port 8080');
  });

  test('speaks TLS on the listeners that do, and asks clients for a certificate where it is mutual', () => {
    const tls = { name: 'cache.example.com', mutual: false };
    const listeners = [{ port: 11208 }, { port: 11222, tls }, { port: 11223, tls: { ...tls, mutual: true } }];
    const [, plain, one, both] = /bind :11208(.*)\n.*bind :11222(.*)\n.*bind :11223(.*)\n/.exec(
      configuration({}, listeners),
    )!;
    expect(plain).toBe('');
    expect(one).toMatch(/^ ssl crt \S+ ssl-min-ver TLSv1.2$/);
    expect(both).toBe(`${one} ca-file /etc/tls/authority.pem verify required`);
  });

  test('sends the connections of a listener to the port of its targets', () => {
    const text = configuration({}, [{ port: 11222 }, { port: 11208, targetPort: 11208 }]);
    expect(text).toMatch(/bind :11222\n {2}default_backend targets\n/);
    expect(text).toMatch(/bind :11208\n {2}default_backend targets-11208\n/);
    expect(text).toMatch(/backend targets-11208\n.*\n {2}server-template target 1-8 0\.0\.0\.0:11208 disabled/);
  });

  test('tries no other target than the one that it has chosen', () => {
    expect(configuration()).toContain('  retries 0\n');
    expect(configuration()).not.toContain('redispatch');
  });

  test('tells the state of its targets', () => {
    const statistics = [
      '# pxname,svname,scur,status,',
      'targets,target1,3,no check,',
      'targets,target2,0,MAINT,',
      'checks,target1,0,UP,',
      'checks,target2,0,DOWN,',
      'endpoint,FRONTEND,3,OPEN,',
    ].join('\n');
    expect([...healthySlots(statistics)]).toEqual(['target1']);
    expect([...targetConnections(statistics)]).toEqual([
      ['target1', 3],
      ['target2', 0],
    ]);
  });
});

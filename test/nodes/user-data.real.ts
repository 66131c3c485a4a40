import { PrometheusExporter, type MemcachedClusterProps } from '../../lib';
import { runTool } from '../../rehearsal/tools/run-tool';
import { SynthesizedCluster, textOf } from '../synth';

const userData = (props: Partial<MemcachedClusterProps> = {}): string =>
  textOf(new SynthesizedCluster(props).only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData)
    .replaceAll('${AWS::StackName}', 'stack')
    .replaceAll('${AWS::Region}', 'eu-west-1')
    .replace(/\$\{CacheContextLog\w+\}/, 'cache-log');
const USER_DATA = userData();

/** What a machine answers when all is well. `$calls` is how often the command was called before. */
const WELL = {
  curl: `case "$*" in
    *api/token*) echo token ;;
    *instance-id*) echo i-1 ;;
    *tags/instance/cdk-memcached:group*) echo group-1 ;;
    *tags/instance/cdk-memcached:interface*) echo eni-1 ;;
    *tags/instance/cdk-memcached:node*) echo a1 ;;
    *macs/02:00/interface-id*) [ -e /tmp/attached ] && echo eni-1 || echo eni-0 ;;
    *macs/02:00/local-ipv4s*) echo 10.0.0.9 ;;
    *macs/) echo 02:00/ ;;
    *) exit 22 ;;
  esac`,
  aws: 'touch /tmp/attached',
  ip: 'echo "2: ens6 inet 10.0.0.9/24"',
  docker: ':',
  dnf: ':',
  systemctl: ':',
  sleep: ':',
  'cfn-signal': ':',
};

/** Boots a machine whose commands answer as given, and then runs what is given; returns every call it made. */
async function boot(changed: Partial<typeof WELL> = {}, text = USER_DATA, afterwards = ':'): Promise<string[]> {
  const files: Record<string, string> = { '/tmp/user-data': text };
  for (const [name, body] of Object.entries({ ...WELL, ...changed })) {
    files[`/tmp/commands/${name}`] =
      `#!/bin/bash\ncalls=$(grep -c "^${name} " /tmp/calls)\necho "${name} $*" >> /tmp/calls\n${body}\n`;
  }
  const script = `cp -r /tmp/commands /tmp/bin; chmod +x /tmp/bin/*; touch /tmp/calls
    export PATH=/tmp/bin:$PATH; bash /tmp/user-data > /tmp/said 2>&1; ${afterwards}; cat /tmp/calls`;
  const { stdout } = await runTool(['bash', '-c', script], { files, timeoutMs: 120_000 });
  return stdout.trim().split('\n');
}

const signals = (calls: string[]): string[] =>
  calls.filter((call) => call.startsWith('cfn-signal')).map((call) => /--exit-code (\d+)/.exec(call)![1]);
const poweredOff = (calls: string[]): boolean => calls.includes('systemctl poweroff');

test('a machine that becomes a node says so, for its own group, and stays', async () => {
  const calls = await boot();
  expect(calls).toContain('cfn-signal --exit-code 0 --stack stack --resource group-1 --region eu-west-1');
  expect(signals(calls)).toEqual(['0']);
  expect(poweredOff(calls)).toBe(false);
});

test('docker keeps the process running, across its own restarts and the machine’s', async () => {
  const calls = await boot();
  expect(calls).toContain('systemctl enable --now docker');
  expect(calls.find((call) => call.startsWith('docker run'))).toContain('--restart always --network host');
});

const runs = (calls: string[]): string[] => calls.filter((call) => call.startsWith('docker run'));

test('its log goes where those of tasks go, under the node’s name, and never waits', async () => {
  expect(runs(await boot())).toEqual([
    expect.stringContaining(
      '--log-driver awslogs --log-opt mode=non-blocking --log-opt awslogs-region=eu-west-1 ' +
        '--log-opt awslogs-group=cache-log --log-opt awslogs-stream=nodes/memcached/a1/i-1 ',
    ),
  ]);
});

test('a machine whose log cannot be shipped becomes a node, and keeps its log', async () => {
  const calls = await boot({ docker: '[[ "$*" != *awslogs* ]]' });
  expect(runs(calls)[1]).toContain('--log-driver local --log-opt max-size=10m --log-opt max-file=3 ');
  expect(calls[calls.indexOf(runs(calls)[1]) - 1]).toBe('docker rm --force memcached');
  expect(signals(calls)).toEqual(['0']);
});

describe('with an exporter for Prometheus', () => {
  const watched = userData({ prometheus: PrometheusExporter.official() });

  test('a machine runs it besides', async () => {
    const calls = await boot({}, watched);
    expect(runs(calls)[1]).toContain('--name exporter ');
    expect(runs(calls)[1]).toContain('awslogs-stream=nodes/exporter/a1/i-1 ');
    expect(signals(calls)).toEqual(['0']);
  });

  test.each([
    ['pulled', '[[ "$*" != pull*exporter* ]]'],
    ['run', '[[ "$*" != run*exporter* ]]'],
  ])('a machine becomes a node though it cannot be %s', async (_, docker) => {
    const calls = await boot({ docker }, watched);
    expect(calls.filter((call) => /^docker .*exporter/.test(call)).length).toBeGreaterThan(1);
    expect(signals(calls)).toEqual(['0']);
    expect(poweredOff(calls)).toBe(false);
  });
});

describe('the check of a node', () => {
  const CHECK = 'cdk-memcached-check';

  test('is set once the process has answered, and before the signal', async () => {
    const calls = await boot();
    const at = (start: string) => calls.findIndex((call) => call.startsWith(start));
    const enabled = at(`systemctl enable --now ${CHECK}.timer`);
    expect(enabled).toBeGreaterThan(at('docker exec'));
    expect(enabled).toBeLessThan(at('cfn-signal'));
    expect((await boot({ docker: '[ "$1" != exec ]' })).join()).not.toContain(CHECK);
  });

  /** What it calls in two runs with these arguments on a machine whose node does not answer. */
  const silent = async (restart: number, off: number, bootSeconds: number, before = ':') => {
    const run = `bash /usr/local/sbin/${CHECK} 11211 ${restart} ${off} ${bootSeconds} > /dev/null`;
    const calls = await boot({}, USER_DATA, `${before}; : > /tmp/calls; ${run}; ${run}`);
    return calls.filter((call) => !call.startsWith('ip '));
  };

  test('starts the container again, once, and then powers off', async () => {
    expect(await silent(0, 9, 0)).toEqual(['docker restart -t 1 memcached']);
    expect(await silent(0, 0, 0)).toEqual(Array(2).fill('systemctl poweroff --force'));
  });

  test('does nothing for minutes after a boot until the node has answered', async () => {
    expect(await silent(0, 0, 1e9)).toEqual([]);
    expect(await silent(0, 0, 1e9, `echo > /run/${CHECK}`)).toEqual(Array(2).fill('systemctl poweroff --force'));
  });
});

test('the signal comes after the process answers', async () => {
  const calls = await boot({ docker: '[ "$1" != exec ] || ((calls > 6))' });
  const probes = calls.filter((call) => call.startsWith('docker exec'));
  expect(probes.length).toBeGreaterThan(1);
  expect(calls.lastIndexOf(probes.at(-1)!)).toBeLessThan(calls.findIndex((call) => call.startsWith('cfn-signal')));
  expect(signals(calls)).toEqual(['0']);
});

test('an interface that another machine still holds is waited for', async () => {
  const calls = await boot({ aws: '((calls >= 20)) && touch /tmp/attached' });
  expect(calls.filter((call) => call.startsWith('aws ec2 attach-network-interface'))).toHaveLength(21);
  expect(signals(calls)).toEqual(['0']);
});

test('an interface that is already here is not attached again', async () => {
  const calls = await boot({ curl: `touch /tmp/attached\n${WELL.curl}` });
  expect(calls.filter((call) => call.startsWith('aws'))).toEqual([]);
  expect(signals(calls)).toEqual(['0']);
});

test('metadata, the repositories or the registry may be late', async () => {
  const late = '((calls < 3)) && exit 22';
  const calls = await boot({
    curl: `${late}\n${WELL.curl}`,
    dnf: late.replace('22', '1') + '\n:',
    docker: late.replace('22', '1') + '\n:',
  });
  expect(signals(calls)).toEqual(['0']);
});

test.each<[string, Partial<typeof WELL>]>([
  ['metadata never answers', { curl: 'exit 28' }],
  ['the tags are not in the metadata', { curl: WELL.curl.replace(/\*tags[^\n]*\n/g, '') }],
  ['the repositories never answer', { dnf: 'exit 1' }],
  ['the interface is never free', { aws: 'exit 254' }],
  ['the image cannot be pulled', { docker: '[ "$1" != pull ]' }],
  ['docker runs nothing', { docker: '[ "$1" != run ]' }],
  ['the process never answers', { docker: '[ "$1" != exec ]' }],
])('when %s, the stack is told and the machine powers off', async (_, changed) => {
  const calls = await boot(changed);
  expect(signals(calls)).toEqual([expect.not.stringMatching(/^0$/)]);
  expect(poweredOff(calls)).toBe(true);
});

import { Duration } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { MemcachedImage, MemcachedNodes, PrometheusExporter, type MemcachedClusterProps } from '../../lib';
import { runTool } from '../../rehearsal/tools/run-tool';
import { regionalStack, SynthesizedCluster, textOf } from '../synth';

const userData = (props: Partial<MemcachedClusterProps> = {}): string =>
  textOf(new SynthesizedCluster(props).only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData)
    .replaceAll('${AWS::StackName}', 'stack')
    .replaceAll('${AWS::Region}', 'eu-west-1')
    .replaceAll(/\$\{CacheContextLog\w+\}/g, 'cache-log');
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
    *macs/02:00/local-ipv4s*) printf '127.0.0.9\n127.0.0.10' ;;
    *macs/) echo 02:00/ ;;
    *) exit 22 ;;
  esac`,
  aws: 'touch /tmp/attached',
  ip: 'echo "2: ens6 inet 127.0.0.9/24"',
  docker: '[ "$1" != image ]',
  dnf: ':',
  rpm: 'exit 1',
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
    export PATH=/tmp/bin:$PATH; bash /tmp/user-data > /var/log/cloud-init-output.log 2>&1; ${afterwards}; cat /tmp/calls`;
  const { stdout, stderr, code } = await runTool(['bash', '-c', script], { files, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`the machine ended with ${code}: ${stdout}${stderr}`);
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
    ['pulled', '[[ "$1" != image && "$*" != pull*exporter* ]]'],
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

  /**
   * What it calls in two runs with these arguments, on a machine with the node that is started before. The commands there
   * are the machine's own.
   */
  const check = async (numbers: string, before = ':', changed: Partial<typeof WELL> = {}) => {
    const run = `bash /usr/local/sbin/${CHECK} 11211 ${numbers} > /dev/null 2>&1`;
    const start = `${before}; : > /tmp/calls; ${run}; ${run}; jobs -p | xargs -r kill -9`;
    const calls = await boot(changed, USER_DATA, start);
    return calls.filter((call) => call !== '' && !call.startsWith('ip ') && !call.startsWith('sleep '));
  };
  const RESTART = 'docker restart -t 1 memcached';
  const POWER_OFF = 'systemctl poweroff --force';
  const ANSWERED = `echo > /run/${CHECK}`;

  test('starts the container again, once', async () => {
    expect(await check('0 9 0')).toEqual([RESTART]);
  });

  test('does nothing for minutes after a boot until the node has answered', async () => {
    expect(await check('0 9 1000000000')).toEqual([]);
    expect(await check('0 9 1000000000', ANSWERED)).toEqual([RESTART]);
  });

  test.each([
    ['does not answer', '[ "$1" != inspect ] || /bin/sleep 60'],
    ['says that it is out of order', '[ "$1" != inspect ]'],
  ])('powers off when docker %s', async (_, docker) => {
    const calls = await check('0 0 0', ANSWERED, { docker });
    expect(calls).toEqual(['docker inspect memcached', POWER_OFF, 'docker inspect memcached', POWER_OFF]);
  });

  test('powers off when the restart took too long', async () => {
    expect(await check('0 0 0', `echo 1 124 > /run/${CHECK}`)).toEqual([POWER_OFF, POWER_OFF]);
  });

  test('powers off when the address is gone, and starts no container for it', async () => {
    const gone = { ip: '[ -e /tmp/gone ] && echo "1: lo inet 127.0.0.1/8" || echo "2: ens6 inet 127.0.0.9/24"' };
    expect(await check('0 0 0', `${ANSWERED}; touch /tmp/gone`, gone)).toEqual([POWER_OFF, POWER_OFF]);
    expect(await check('0 9 0', `${ANSWERED}; touch /tmp/gone`, gone)).toEqual([]);
  });

  test('does not power off when docker is well', async () => {
    expect(await check('0 0 0', ANSWERED)).toEqual(Array(2).fill('docker inspect memcached'));
  });

  /** A process of memcached's name that takes connections and does not answer, and does what is given meanwhile. */
  const named = (meanwhile: string) => `mkdir /tmp/own; cp "$(readlink -f /usr/bin/python3)" /tmp/own/memcached
    PYTHONHOME=/usr /tmp/own/memcached -c 'import socket, time
s = socket.create_server(("127.0.0.9", 11211))
open("/tmp/up", "w")
while True: ${meanwhile}' & until [ -e /tmp/up ]; do /bin/sleep 0.1; done`;
  const real = (options: string) =>
    `memcached -l 127.0.0.9 ${options} & until bash -c 'exec 3<> /dev/tcp/127.0.0.9/11211' 2> /dev/null; do /bin/sleep 0.1; done`;

  test('sees a node that hangs', async () => {
    expect(await check('0 9 0', `${ANSWERED}; ${real('')}; kill -STOP $!`)).toEqual([RESTART]);
    expect(await check('0 9 0', `${ANSWERED}; ${named('time.sleep(1)')}`)).toEqual([RESTART]);
  });

  test.each([
    ['answers', real('')],
    [
      'has all the connections that it takes',
      `${real('-c 64')}; for i in {1..80}; do exec {last}<> /dev/tcp/127.0.0.9/11211; done
        read -t 5 -u $last said; [[ $said = "ERROR Too many"* ]] || exit 9`,
    ],
    ['is busy', named('pass')],
    ['cannot be asked', ':', 'echo "connect: Cannot assign requested address"; exit 1'],
    ['cannot be asked for want of processes', ':', 'echo "fork: Resource temporarily unavailable"; exit 254'],
    ['is asked by a shell that starts too late', named('time.sleep(1)'), '/bin/sleep 1; exec /bin/bash "$@"'],
    ['is asked by a shell that does not start', named('time.sleep(1)'), '/bin/sleep 9'],
  ])('leaves a node alone that %s', async (_, node, bash = 'exec /bin/bash "$@"') => {
    const slow = `printf '#!/bin/sh\\n%s\\n' '${bash}' > /tmp/bin/bash; chmod +x /tmp/bin/bash`;
    const run = `${ANSWERED}; ${node}; ${slow}; hash -p /bin/bash bash`;
    expect(await check('0 0 0', run)).toEqual([]);
  });

  test('takes the first of several addresses', async () => {
    expect(await boot({}, USER_DATA, `: > /tmp/calls; cat /etc/${CHECK}`)).toEqual(['127.0.0.9']);
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

describe('an interface that a machine holds for good', () => {
  const held = `case "$*" in
    *describe-network-interfaces*) echo eni-attach-7 ;;
    *detach-network-interface*) touch /tmp/free ;;
    *attach-network-interface*) [ -e /tmp/free ] && touch /tmp/attached ;;
  esac`;
  const interfaceCalls = (calls: string[]) => calls.filter((call) => /^aws ec2 \w+-network-interface /.test(call));

  test('is taken from it by force, once two minutes have passed', async () => {
    const calls = await boot({ aws: held });
    const waited = interfaceCalls(calls).slice(0, -2);
    expect(waited).toEqual(Array(60).fill(expect.stringContaining('attach-network-interface')));
    expect(interfaceCalls(calls)[60]).toBe('aws ec2 detach-network-interface --attachment-id eni-attach-7 --force');
    expect(signals(calls)).toEqual(['0']);
  });

  test('is asked for among those of other machines', async () => {
    const calls = await boot({ aws: held });
    expect(calls.find((call) => call.includes('describe-network-interfaces'))).toContain(
      "--network-interface-ids eni-1 --output text --query NetworkInterfaces[?Attachment.InstanceId!='i-1'].Attachment.",
    );
  });

  test('is not taken where nobody holds it', async () => {
    const calls = await boot({ aws: '[[ "$*" = *describe* ]]' });
    expect(calls.join()).not.toContain('detach');
    expect(poweredOff(calls)).toBe(true);
  });
});

describe('a machine whose image has all that it needs', () => {
  const golden = { rpm: ':', docker: ':' };

  test('asks no repository and no registry', async () => {
    const calls = await boot(golden, userData({ prometheus: PrometheusExporter.official() }));
    expect(calls.filter((call) => /^dnf|^docker pull/.test(call))).toEqual([]);
    expect(runs(calls)).toHaveLength(2);
    expect(signals(calls)).toEqual(['0']);
  });

  test('logs in nowhere', async () => {
    const stack = regionalStack();
    const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'memcached');
    const image = MemcachedImage.fromEcrRepository(repository, '1.6.45-alpine');
    const text = textOf(
      new SynthesizedCluster({ image }, stack).only('AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData.UserData,
    ).replaceAll(/\$\{(AWS::)?(\w+)\}/g, '$2');
    expect((await boot(golden, text)).join()).not.toContain('login');
    expect((await boot({}, text)).join()).toContain('docker login');
  });
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
  ['the image cannot be pulled', { docker: '[[ "$1" != pull && "$1" != image ]]' }],
  ['docker runs nothing', { docker: '[ "$1" != run ]' }],
  ['the process never answers', { docker: '[ "$1" != exec ]' }],
])('when %s, the stack is told and the machine powers off', async (_, changed) => {
  const calls = await boot(changed);
  expect(signals(calls)).toEqual([expect.not.stringMatching(/^0$/)]);
  expect(poweredOff(calls)).toBe(true);
});

describe('a boot that fails', () => {
  const told = (calls: string[]): { timestamp: number; message: string }[] => {
    const [, events] = /^aws logs put-log-events .* --log-events (.*)$/.exec(
      calls.find((call) => call.startsWith('aws logs put-log-events'))!,
    )!;
    return JSON.parse(events);
  };
  const messages = (calls: string[]): string[] => told(calls).map(({ message }) => JSON.parse(message).message);

  test('leaves its last lines in the log, and then the stack is told and the machine powers off', async () => {
    const calls = await boot({ dnf: 'echo "no mirror" >&2; exit 1' });
    const stream = '--log-group-name cache-log --log-stream-name nodes/boot/a1/i-1';
    expect(calls).toContain(`aws logs create-log-stream ${stream}`);
    expect(calls.findIndex((call) => call.startsWith(`aws logs put-log-events ${stream}`))).toBeLessThan(
      calls.findIndex((call) => call.startsWith('cfn-signal')),
    );
    expect(calls.at(-1)).toBe('systemctl poweroff');
    expect(messages(calls).slice(-3)).toEqual([
      'no mirror',
      'gave up: dnf install -y docker aws-cfn-bootstrap',
      expect.stringMatching(/^boot failed with exit code 1: /),
    ]);
    expect(JSON.parse(told(calls)[0].message)).toMatchObject({ process: 'boot', role: 'node' });
    expect(Math.abs(told(calls)[0].timestamp - Date.now())).toBeLessThan(100_000);
  });

  test('tells whatever it said, as JSON', async () => {
    const said = 'a "quote", a \\backslash, a | and an & é';
    const userDataCommands = [`echo '${said}'`, 'cat /no/such/file'];
    const calls = await boot({}, userData({ nodes: MemcachedNodes.ec2({ userDataCommands }) }));
    expect(messages(calls)).toEqual([
      said.replace('é', ''),
      expect.stringContaining('No such file'),
      'boot failed with exit code 1: cat /no/such/file',
    ]);
  });

  test.each([
    ['cannot be reached', 'exit 255'],
    ['does not answer', '[ "$1" != logs ] || exec /bin/sleep 100'],
  ])('powers off though the log %s', async (_, aws) => {
    const text = userData({ nodes: MemcachedNodes.ec2({ userDataCommands: ['false'] }) });
    const calls = await boot({ aws }, text.replaceAll('timeout -k 1 10 ', 'timeout -k 1 1 '));
    expect([signals(calls), poweredOff(calls)]).toEqual([['1'], true]);
  });

  test('powers off though CloudFormation does not answer', async () => {
    const text = userData({ nodes: MemcachedNodes.ec2({ userDataCommands: ['false'] }) });
    const calls = await boot(
      { 'cfn-signal': 'exec /bin/sleep 100' },
      text.replaceAll('timeout -k 1 60 ', 'timeout -k 1 1 '),
    );
    expect(poweredOff(calls)).toBe(true);
  });
});

test('a machine that becomes a node tells no log of its boot', async () => {
  expect((await boot()).join()).not.toContain('aws logs');
});

describe('a node that is to fill again', () => {
  /** What `stats` says at each look: the reads, the hits and the proxies' questions so far. */
  const looks = (...counts: [gets: number, hits: number, questions: number][]): string =>
    `[[ "$*" == *stats* ]] || exit 0
    looks=$(grep -c "^docker exec memcached sh -c printf 'stats" /tmp/calls)
    case $looks in ${counts.map(([gets, hits, questions], i) => `${i + 1}) set -- ${gets} ${hits} ${questions} ;;`).join(' ')} *) set -- 9 9 9 ;; esac
    printf 'STAT cmd_get %s\\r\\nSTAT cmd_set 0\\r\\nSTAT cmd_meta %s\\r\\nSTAT get_hits %s\\r\\nEND\\r\\n' $1 $3 $2`;
  const waits = (calls: string[]): string[] => calls.filter((call) => /^sleep (3|10)$/.test(call));

  test('does not wait where nobody asks, as in a first deployment', async () => {
    const calls = await boot({ docker: looks([0, 0, 0]) });
    expect([waits(calls), signals(calls)]).toEqual([['sleep 3'], ['0']]);
  });

  test('waits until it answers its share of the reads of ten seconds', async () => {
    const calls = await boot({ docker: looks([0, 0, 4], [100, 10, 9], [200, 89, 9], [300, 169, 9], [400, 400, 9]) });
    expect(waits(calls)).toEqual(['sleep 3', 'sleep 10', 'sleep 10', 'sleep 10']);
    expect(signals(calls)).toEqual(['0']);
  });

  test('waits no longer than it may', async () => {
    const cold = Array.from({ length: 50 }, (_, i): [number, number, number] => [i * 100, 0, 4]);
    const calls = await boot({ docker: looks(...cold) });
    expect(waits(calls)).toHaveLength(1 + 30);
    expect(signals(calls)).toEqual(['0']);
  });

  test('does not wait for reads that do not come', async () => {
    const calls = await boot({ docker: looks([0, 0, 4], [0, 0, 9], [0, 0, 14], [0, 0, 19]) });
    expect(waits(calls)).toEqual(['sleep 3', 'sleep 10', 'sleep 10', 'sleep 10']);
    expect(signals(calls)).toEqual(['0']);
  });

  test('is a node though it cannot be asked', async () => {
    const calls = await boot({ docker: '[[ "$*" != *stats* ]]' });
    expect([signals(calls), poweredOff(calls)]).toEqual([['0'], false]);
  });

  test('waits as long as it is told', async () => {
    const nodes = (instanceWarmup: Duration) => userData({ nodes: MemcachedNodes.ec2({ instanceWarmup }) });
    expect(nodes(Duration.minutes(1))).toContain('window < 6 ');
    expect(nodes(Duration.seconds(0))).not.toContain('warm');
  });
});

import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CacheTls } from '../../lib';
import { partOf, regionalStack, SynthesizedCluster, textOf } from '../synth';

const stack = regionalStack();
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:Certificate-AbCdEf';
const certificate = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Certificate', arn);
const served = new SynthesizedCluster({ tls: CacheTls.proxy({ hostname: 'cache.example.com', certificate }) }, stack);
const [, container] = partOf(served, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
const TEXT = textOf(container.Command[0]);

const pem = (name: string): string => `-----BEGIN ${name}`;
const [FIRST, SECOND] = [pem('FIRST'), pem('SECOND')];

const END = 'the end of the story';

/** What is asked is a line: `aws …` of the command line, `sleep …`, or `refresh_certs` of the proxy. */
const STAND_INS = {
  aws: 'echo aws >&3; cat <&3; [ ! -s failing ]',
  sleep: 'echo "sleep $1" >&3; read -r waited <&3; exit 0',
};

/** What answers, in the order in which it is asked: a secret, what the proxy says, or how a wait ends. Silence is `''`. */
type Answer = readonly [asked: 'aws' | 'sleep' | 'refresh_certs', said: string];

interface Story {
  /** What was asked, with the seconds of a wait. */
  readonly asked: string[];
  /** Of each question to the proxy, which certificate lay there. */
  readonly read: string[];
  readonly log: string[];
}

/** The container's text, until nobody answers. */
async function told(answers: readonly Answer[], before?: string): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const file = join(folder, 'certificate.pem');
  if (before !== undefined) writeFileSync(file, `${before}\n`);
  const asked: string[] = [];
  const read: string[] = [];
  const left = [...answers];
  let ended = (): void => {};
  const end = new Promise<void>((resolve) => (ended = resolve));
  const answer = (socket: Socket, line: string): void => {
    const [what] = line.trim().split(' ');
    asked.push(line.trim());
    if (what === 'refresh_certs') read.push(readFileSync(file, 'utf8').trim());
    const [expected, said = ''] = left.shift() ?? [];
    if (expected !== what) return ended();
    if (what === 'aws') writeFileSync(join(folder, 'failing'), said === '' ? 'yes' : '');
    socket.end(what === 'refresh_certs' && said !== '' ? `${said}\r\n` : said);
  };
  const server = createServer((socket) => {
    socket.once('data', (data) => answer(socket, String(data)));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const log = await run(folder, server, end);
  rmSync(folder, { recursive: true });
  return { asked, read, log };
}

async function run(folder: string, server: Server, end: Promise<void>): Promise<string[]> {
  const { port } = server.address() as AddressInfo;
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  for (const [name, text] of Object.entries(STAND_INS)) {
    // Where nobody answers any more it holds still.
    const opened = `cd ${folder}; exec 3<> /dev/tcp/127.0.0.1/${port} || exec tail -f /dev/null`;
    writeFileSync(join(programs, name), `#!/bin/bash\n${opened}\n${text}\n`, { mode: 0o755 });
  }
  // Without awk each line comes at once as it is: Mike's awk reads a block at a time.
  const text = TEXT.replace('command -v awk', 'false')
    .replaceAll('/run/certificates', folder)
    .replaceAll('/tmp/log', join(folder, 'log'))
    .replaceAll('/dev/tcp/127.0.0.1/11207', `/dev/tcp/127.0.0.1/${port}`);
  const env = { PATH: `${programs}:${process.env.PATH}` };
  const bash = spawn('timeout', ['--signal=KILL', '30', 'bash', '-c', text], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const allSaid = new Promise<void>((resolve) =>
    bash.stdout.on('data', (data) => {
      said += String(data);
      if (said.includes(END)) resolve();
    }),
  );
  await end;
  // What was said before may still be on its way.
  appendFileSync(join(folder, 'log'), `${END}\n`);
  await allSaid;
  process.kill(-bash.pid!, 'SIGKILL');
  server.close();
  return said.split('\n').filter((line) => line !== '' && line !== END);
}

const STARTED: Answer[] = [
  ['aws', FIRST],
  ['refresh_certs', 'OK'],
];
const RENEWED: Answer[] = [...STARTED, ['sleep', ''], ['aws', SECOND]];

test('a secret is read again within the hour, not by all at once', async () => {
  const containers = await Promise.all([1, 2, 3, 4].map(() => told(STARTED)));
  for (const { asked, log } of containers) {
    expect(asked.slice(0, 2)).toEqual(['aws', 'refresh_certs']);
    expect(log).toEqual(['the proxy has read its certificate']);
  }
  const seconds = containers.map(({ asked }) => Number(asked[2]!.split(' ')[1]));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(3000);
  expect(Math.max(...seconds)).toBeLessThan(3500);
  expect(new Set(seconds).size).toBeGreaterThan(1);
});

test.each([
  ['says nothing', ''],
  ['has no connection left', 'ERROR Too many open connections'],
])(
  'a proxy that %s is asked again soon: the new certificate stays, nobody is blamed, and the secret is not read',
  async (_, busy) => {
    const { asked, read, log } = await told([
      ...RENEWED,
      ['refresh_certs', busy],
      ['sleep', ''],
      ['refresh_certs', 'OK'],
    ]);
    expect(asked.slice(4, -1)).toEqual(['refresh_certs', 'sleep 5', 'refresh_certs']);
    expect(read).toEqual([FIRST, SECOND, SECOND]);
    expect(log).toEqual(['the proxy has read its certificate', 'the proxy has read its certificate']);
  },
);

test('a certificate that the proxy refuses gives way to the one before, even where the proxy is busy then', async () => {
  const refused: Answer = ['refresh_certs', 'SERVER_ERROR no key'];
  const { read, log } = await told([
    ...RENEWED,
    refused,
    ['refresh_certs', ''],
    ['sleep', ''],
    ['refresh_certs', 'OK'],
  ]);
  expect(read).toEqual([FIRST, SECOND, FIRST, FIRST]);
  expect(log[1]).toBe('the proxy does not take the certificate of the secret: SERVER_ERROR no key');
});

test('a container that starts again has the proxy read what lies there, whatever became of the secret', async () => {
  const same = await told(STARTED, FIRST);
  expect(same.read).toEqual([FIRST]);
  const failed = await told(
    [
      ['aws', ''],
      ['refresh_certs', 'OK'],
    ],
    FIRST,
  );
  expect(failed.asked).toEqual(['aws', 'refresh_certs', 'sleep 60']);
});

test('after a call that failed the secret is read again in a minute, and in seconds where there is no certificate', async () => {
  const { asked } = await told([...STARTED, ['sleep', ''], ['aws', ''], ['sleep', ''], ['aws', SECOND]]);
  expect(asked.slice(3)).toEqual(['aws', 'sleep 60', 'aws', 'refresh_certs']);
  const without = await told([
    ['aws', ''],
    ['sleep', ''],
  ]);
  expect(without.asked).toEqual(['aws', 'sleep 5', 'aws']);
});

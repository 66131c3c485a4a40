import { containerScript } from '../../lib/containers/script';
import type { ContainerSpecification } from '../../lib/containers/specification';
import { runTool } from '../../rehearsal/tools/run-tool';

const PROCESS = { process: 'memcached', role: 'node' };
const CLUSTER = 'Shop-Cache';

/** Runs a command as the first process of its namespace, as a container's is. */
async function hosted(command: string, before = ''): Promise<{ code: number; stdout: string; ms: number }> {
  const script = containerScript({ ...PROCESS, command } as ContainerSpecification, CLUSTER);
  const start = Date.now();
  const { code, stdout } = await runTool(['sh', '-c', `${before}\n${script}`], { timeoutMs: 30_000 });
  return { code, stdout, ms: Date.now() - start };
}

const lines = (stdout: string): any[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const messages = (stdout: string): string[] => lines(stdout).map(({ message }) => message);

test.each([
  ['BusyBox’s', 'mkdir /tmp/bin; ln -s /usr/bin/busybox /tmp/bin/awk; PATH=/tmp/bin:$PATH'],
  ['GNU’s', ''],
])('what a process says becomes one JSON object a line, with %s awk', async (_, before) => {
  const said = ['plain', 'a "quoted" \\path\\', 'tab\tbell\u0007escape\u001b[0m', 'Größe – &&', '', 'no newline'];
  const { stdout } = await hosted(`printf '%s' '${said.join('\n')}'; exec echo ' at its end' >&2`, before);
  // Control characters become spaces.
  const expected = [...said.slice(0, -1), 'no newline at its end'];
  expected[2] = 'tab bell escape [0m';
  expect(lines(stdout)).toEqual(expected.map((message) => ({ cluster: 'Shop-Cache', ...PROCESS, message })));
});

test('what goes wrong before the process starts is said as well', async () => {
  const { code, stdout } = await hosted('cat /nowhere\nexec /not/there');
  expect(code).toBe(127);
  expect(messages(stdout)).toEqual([expect.stringContaining('/nowhere'), expect.stringContaining('/not/there')]);
});

test('the last words of a process that ends are not lost, nor is its exit code', async () => {
  for (let i = 0; i < 5; i++) {
    const { code, stdout } = await hosted(`exec sh -c 'sleep 0.1; echo last words; exit 3'`);
    expect(code).toBe(3);
    expect(messages(stdout)).toEqual(['last words']);
  }
});

test('the real memcached’s words', async () => {
  const { code, stdout } = await hosted('exec memcached -t none');
  expect(code).not.toBe(0);
  expect(messages(stdout).join()).toContain('Number of threads must be greater than 0');
});

test('a line that is all control characters holds nobody up', async () => {
  const { stdout, ms } = await hosted(`head -c 200000 /dev/zero | tr '\\0' '\\001'; exec echo end`);
  expect(messages(stdout)[0].trim()).toBe('end');
  expect(ms).toBeLessThan(10_000);
});

test.each([
  ['TERM', 'TERM'],
  ['INT', 'TERM'],
  ['QUIT', 'TERM'],
  ['USR1', 'USR1'],
])('the process is asked to stop, and waited for: the container gets %s, the process %s', async (signal, passed) => {
  const stops = `trap 'sleep 0.3; echo stopped; exit 5' ${passed}; (sleep 0.2; kill -${signal} 1) & while :; do sleep 0.1; done`;
  const { code, stdout } = await hosted(stops);
  expect(code).toBe(5);
  expect(messages(stdout)).toEqual(['stopped']);
});

test('memcached ends when it is asked to stop', async () => {
  const { code } = await hosted('(sleep 0.5; kill 1) & exec memcached -p 11299');
  expect(code).toBe(0);
});

test('a process goes on when the reader of its log dies, however much it says', async () => {
  const { code, stdout } = await hosted('echo one; sleep 0.2; pkill -9 awk; seq 30000; exec echo end');
  expect(code).toBe(0);
  expect(messages(stdout).at(-1)).toBe('end');
});

test('a container starts again, with the file system it left', async () => {
  const script = containerScript({ ...PROCESS, command: 'exec echo here' } as ContainerSpecification, CLUSTER);
  const { stdout } = await runTool(['sh', '-c', `(${script})\n(${script})`], { timeoutMs: 30_000 });
  expect(messages(stdout)).toEqual(['here', 'here']);
});

test('a container ends though what its process left running holds the log open', async () => {
  const { code, ms } = await hosted('sleep 20 & exit 4');
  expect(code).toBe(4);
  expect(ms).toBeLessThan(10_000);
});

test('an image without awk has plain lines', async () => {
  const before =
    'mkdir /tmp/bin; for name in cat mkfifo sleep; do ln -s /usr/bin/busybox /tmp/bin/$name; done; PATH=/tmp/bin';
  expect((await hosted(`echo 'a "word"'`, before)).stdout).toBe('a "word"\n');
});

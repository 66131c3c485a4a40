import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { ProbePlan } from '../../../rehearsal/assembly/plan';
import { Probe } from '../../../rehearsal/probe/probe';

let folder: string;
let runtime: string;
const probes: Probe[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'probe-test-'));
  runtime = join(folder, 'lambda-runtime.js');
  const entry = resolve(__dirname, '../../../rehearsal/probe/lambda-runtime.ts');
  buildSync({ entryPoints: [entry], outfile: runtime, bundle: true, platform: 'node', format: 'cjs' });
});
afterAll(() => {
  for (const probe of probes) probe.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A probe with this code as its handler's body, on this computer. */
function probeOf(body: string, changes: Partial<ProbePlan> = {}) {
  const code = mkdtempSync(join(folder, 'code-'));
  writeFileSync(join(code, 'index.js'), `let runs = 0; exports.handler = async (event) => { runs++; ${body} };`);
  const plan: ProbePlan = {
    folder: code,
    handler: 'index.handler',
    environment: { STACK: 'Fixture' },
    timeoutSeconds: 5,
    event: '{"cluster":"c"}',
    subnets: [],
    securityGroups: [],
    ...changes,
  };
  const said: string[] = [];
  const log = {
    write: (_: string, text: string) => void said.push(text),
    tail: () => said.join('\n'),
    follow: () => {},
  };
  const host = {
    // As in a rehearsal, where the program that enters a host starts the one in it.
    spawn: (argv: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore') =>
      spawn('sh', ['-c', '"$@"; exit $?', 'sh', ...argv], { stdio: [stdin, 'pipe', 'pipe'] }),
    log,
  };
  const probe = new Probe(host, plan, runtime);
  probes.push(probe);
  return { probe, said };
}

test('the function gets its event and its own environment, and what it writes is its log', async () => {
  const { probe } = probeOf('console.log(event.cluster, process.env.STACK, process.env.HOME); console.log("two")');
  expect(await probe.run()).toEqual(['c Fixture undefined', 'two']);
});

test('runs follow each other in one environment', async () => {
  const { probe } = probeOf('console.log(runs)');
  await probe.warmUp();
  expect([await probe.run(), await probe.run()]).toEqual([['2'], ['3']]);
});

test.each([
  ['throws', 'throw new Error("no node")', 'the function failed: no node'],
  ['ends its process', 'process.exit(3)', "the function's process ended with 3"],
  ['takes too long', 'await new Promise((r) => setTimeout(r, 60_000))', 'waited 1 s for the function to end'],
])('a function that %s leaves what it wrote, and the next run begins anew', async (_, ends, message) => {
  const { probe, said } = probeOf(`console.log("run " + runs); if (runs === 2) { ${ends} }`, { timeoutSeconds: 1 });
  await probe.warmUp();
  expect(await probe.run()).toEqual(['run 2']);
  expect(said.join('\n')).toContain(message);
  expect(await probe.run()).toEqual(['run 1']);
});

test.each<[string, string, Partial<ProbePlan>, string]>([
  ['fails at once', 'throw new Error("no node")', {}, 'the probe does not run: the function failed: no node'],
  [
    'has no handler of that name',
    '',
    { handler: 'index.main' },
    "the probe does not run: the function's process ended",
  ],
])('a function that %s ends the rehearsal', async (_, body, changes, message) => {
  const { probe } = probeOf(body, changes);
  await expect(probe.warmUp()).rejects.toThrow(message);
});

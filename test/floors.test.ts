import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';

const ROOT = join(__dirname, '..');

/** The library's floors by a file of each, the lowest first. */
const FLOORS = [
  'lib/contract/file',
  'lib/errors',
  'lib/containers/file',
  'lib/context/file',
  'lib/network/file',
  'lib/interfaces/file',
  'lib/nodes/file',
  'lib/routing/file',
  'lib/monitoring/file',
  'lib/cluster/file',
  'lib/stack',
  'lib/index',
];

type Arrow = [from: string, to: string];

const RIGHT: Arrow[] = [
  ...FLOORS.slice(1).map((floor, i): Arrow => [floor, FLOORS[i]]),
  ['lambda/probe/handler', 'lib/contract/file'],
  ['rehearsal/cloud/file', 'rehearsal/assembly/file'],
  ['rehearsal/assembly/file', 'lib/contract/file'],
  ['bin/app', 'lib/index'],
  ['examples/minimal/app', 'lib/index'],
  ['lib/nodes/two', 'lib/nodes/one'],
];

/** Each of them alone is an error. */
const WRONG: Arrow[] = [
  // To another file of the floor above, so that it closes no circle with one of the right arrows.
  ...FLOORS.slice(0, -2).map((floor, i): Arrow => [floor, FLOORS[i + 1].replace('file', 'other')]),
  ['lib/contract/file', 'lib/validation'],
  ['lib/metrics/file', 'lib/context/other'],
  ['lib/cluster/file', 'rehearsal/assembly/file'],
  ['lambda/probe/handler', 'lib/metrics/other'],
  ['rehearsal/assembly/file', 'rehearsal/cloud/other'],
  ['rehearsal/load/file', 'rehearsal/scenarios/file'],
  ['rehearsal/cli', 'lib/nodes/file'],
  ['bin/app', 'lib/nodes/file'],
  ['examples/minimal/app', 'lib/cluster/file'],
  ['lib/contract/file', 'aws-cdk-lib'],
  ['rehearsal/cli', 'constructs'],
  // This closes a circle within one floor.
  ['lib/nodes/one', 'lib/nodes/two'],
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'floors-'));
  for (const name of ['dependency-cruiser.config.mjs', 'tsconfig.json']) cpSync(join(ROOT, name), join(folder, name));
  for (const name of ['aws-cdk-lib', 'constructs']) write(`node_modules/${name}/index.js`, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Writes files that import nothing but these arrows, and only types. */
function writeFiles(arrows: Arrow[]): void {
  const imports = new Map<string, string[]>(arrows.filter(([, to]) => to.includes('/')).map(([, to]) => [to, []]));
  for (const [from, to] of arrows) {
    const path = to.includes('/') ? `./${posix.relative(posix.dirname(from), to)}` : to;
    imports.set(from, [...(imports.get(from) ?? []), `import type {} from '${path}';`]);
  }
  for (const [path, lines] of imports) write(`${path}.ts`, [...lines, 'export {};\n'].join('\n'));
}

test('arrows that go up, to another house or in a circle are wrong, and no others', () => {
  writeFiles([...RIGHT, ...WRONG]);
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = ['--config', 'dependency-cruiser.config.mjs', '--output-type', 'json'];
  const folders = ['bin', 'examples', 'lambda', 'lib', 'rehearsal'];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args, ...folders], { cwd: folder });
  if (stdout.length === 0) throw new Error(String(stderr));

  const found = JSON.parse(String(stdout)).summary.violations as { from: string; to: string }[];
  const expected = WRONG.map(([from, to]) => [
    `${from}.ts`,
    to.includes('/') ? `${to}.ts` : `node_modules/${to}/index.js`,
  ]);
  const textOf = (arrows: string[][]): string[] => [...new Set(arrows.map((arrow) => arrow.join(' → ')))].sort();
  expect(textOf(found.map(({ from, to }) => [from, to]))).toEqual(textOf(expected));
});

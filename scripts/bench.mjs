// `npm run bench [-- --only NAMES] [-- --rounds N]`: measures, and writes what came of it into docs/bench.md where all was measured.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

const folder = 'bench';
const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } });
const only = values.only?.split(',');
const run = (program, ...words) => execFileSync(program, words, { stdio: 'inherit' });

rmSync(folder, { recursive: true, force: true });
if (only?.includes('synthesis') ?? true) run('node', 'scripts/bench-synthesis.mjs', folder, values.rounds ?? '3');
const others = only?.filter((name) => name !== 'synthesis');
if (others?.length !== 0) {
  run('npx', 'cdk', 'synth', '--quiet', '--app', 'node bin/bench.js', '--output', 'cdk.out/bench');
  const options = [others && ['--only', others.join(',')], values.rounds && ['--rounds', values.rounds]];
  run('node', 'rehearsal/dist/cli.js', 'bench', 'cdk.out/bench', '--report', folder, ...options.filter(Boolean).flat());
}
if (!only) {
  run('node', 'scripts/write-table.mjs', `${folder}/bench.md`, 'docs/bench.md');
  copyFileSync(`${folder}/bench.svg`, 'docs/bench.svg');
}

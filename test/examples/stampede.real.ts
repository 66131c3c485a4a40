import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

let results: Record<string, { values: string[]; loads: number }>;

beforeAll(() => {
  results = JSON.parse(execFileSync(process.execPath, [join(__dirname, 'stampede.mjs')], { encoding: 'utf8' }));
});

test.each([
  ['a hundred misses', ['new'], 1],
  ['a hundred shortly before it expires', ['old', 'new'], 1],
  ['changed while it was loaded', ['old', 'new'], 2],
  ['the loader is lost', ['new'], 1],
  ['the cache is lost', ['new', 'no connection'], 1],
  ['the origin fails', ['the origin failed', 'new'], 2],
])('%s', (name, values, loads) => {
  expect(results[name]).toEqual({ values, loads });
});

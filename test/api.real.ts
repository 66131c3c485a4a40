import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const RECORDED = readFileSync(join(ROOT, 'api/recorded.jsii'), 'utf8');

/** What breaks for somebody whose code was written for the recorded API. */
function breaks(recorded: string): string[] {
  // In the project: jsii-diff looks in the folders above for the assemblies that this one depends on.
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'dist/api-'));
  try {
    writeFileSync(join(folder, '.jsii'), recorded);
    copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    const jsiiDiff = join(ROOT, 'node_modules/.bin/jsii-diff');
    const { status, stderr } = spawnSync(jsiiDiff, [folder, ROOT, '--error-on=all'], { encoding: 'utf8' });
    const lines = stderr.split('\n').filter((line) => line.startsWith('err '));
    if (status !== 0 && lines.length === 0) throw new Error(`jsii-diff ended with ${status}: ${stderr}`);
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('nothing of the recorded API is gone: where something has to go, CHANGELOG.md says so and npm run api:record follows', () => {
  expect(breaks(RECORDED)).toEqual([]);
});

test('a member that is gone is seen', () => {
  expect(breaks(RECORDED.replaceAll('"serverListParameter"', '"serverListName"'))).toContainEqual(
    expect.stringContaining('MemcachedCluster.serverListName: has been removed'),
  );
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RehearsalError } from '../../../rehearsal/errors';
import { rootfsName } from '../../../rehearsal/tools/packages';
import { firstToBeHad } from '../../../rehearsal/tools/rootfs';

const both = ['testing', 'stable'];
const [ofBoth, ofStable] = [rootfsName(both), rootfsName(['stable'])];

let cache: string;
let tried: string[];
let said: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'rootfs-test-'));
  [tried, said] = [[], []];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** Makes root filesystems of an archive that lacks some suites. */
async function ensure(lacking: string[], problem: Error = new RehearsalError('cannot fetch: no Release file')) {
  const make = async (from: readonly string[], rootfs: string) => {
    tried.push(from.join('+'));
    if (from.some((suite) => lacking.includes(suite))) throw problem;
    mkdirSync(rootfs);
  };
  return (await firstToBeHad(both, cache, make, (line) => said.push(line))).slice(cache.length + 1);
}

const age = (name: string) => utimesSync(join(cache, `${name}.failed`), new Date(), new Date(Date.now() - 3_700_000));

test('the first suite is taken, once', async () => {
  expect([await ensure([]), await ensure([])]).toEqual([ofBoth, ofBoth]);
  expect({ tried, said }).toEqual({ tried: ['testing+stable'], said: [] });
});

test('one that cannot be had is told, and gone without for an hour', async () => {
  expect(await ensure(['testing'])).toBe(ofStable);
  expect(said).toEqual(['testing cannot be had: cannot fetch: no Release file; taking stable']);
  expect(await ensure([])).toBe(ofStable);
  expect(tried).toEqual(['testing+stable', 'stable']);

  age(ofBoth);
  expect(await ensure([])).toBe(ofBoth);
  expect(existsSync(join(cache, `${ofBoth}.failed`))).toBe(false);
});

test('with none to be had the last problem is told; another problem is no reason for another suite', async () => {
  await expect(ensure(['testing', 'stable'])).rejects.toThrow('cannot fetch: no Release file');
  age(ofBoth);
  await expect(ensure(['testing'], new Error('disk full'))).rejects.toThrow('disk full');
  expect(tried).toEqual(['testing+stable', 'stable', 'testing+stable']);
});

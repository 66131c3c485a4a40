import { Duration } from 'aws-cdk-lib';
import { CacheTopology, MemcachedNodes } from '../../lib';
import { load } from '../apps';
import { inside, insideApp } from './fixtures/inside';

let seen: any;

beforeAll(async () => {
  seen = await insideApp('application', await load('examples/application/app'));
});

test.each([
  ['recache', 1000],
  ['lock', 2000],
])('protected by %s, the database is asked once for a product that 100 miss at once', (protection, price) => {
  expect(seen.calm[protection]).toMatchObject({ prices: [price], reads: 1 });
});

test.each(['recache', 'lock'])('protected by %s, a changed price is asked for once and then shown', (protection) => {
  expect(seen.calm[protection]).toMatchObject({ later: [999], readsLater: 1 });
});

test('also while a node dies, whether it held the token or not', () => {
  expect(seen.faulty).toEqual({ prices: [[1100], [1200], [2100], [2200]], reads: 4 });
});

test('copies may differ about the owner of a lock, and clients in all zones agree when they read it with an id', () => {
  const different = (owners: string) => new Set(owners.split(',')).size;
  expect(seen.owners.get.map(different)).toEqual([2, 2]);
  expect(seen.owners.gets.map(different)).toEqual([1, 1]);
  expect(different(seen.owners.gets.join())).toBe(2);
});

const LANGUAGES = ['js', 'python', 'php'];

test.each([...LANGUAGES.map((each) => [each, 'calm']), ...LANGUAGES.map((each) => [each, 'faulty'])])(
  'the code of the page in %s asks once for what is missing, and for what is due, in a cluster that is %s',
  (language, state) => {
    const { missing, due, seconds, errors } = seen.page[state][language];
    expect(errors).toBe('');
    expect(missing).toEqual({ loads: 1, values: ['new', 'new', 'new', 'new'] });
    expect(due.loads).toBe(1);
    expect(due.values).toHaveLength(4);
    expect(due.values).toContain('new');
    expect(seconds).toBeGreaterThan(265);
    expect(seconds).toBeLessThanOrEqual(330);
  },
);

test('in a sharded cluster the database is asked once, and once more when the node with the lock dies', async () => {
  const { calm, faulty } = await inside('sharded-application', {
    nodes: MemcachedNodes.fargate(),
    // What lives in the gutter for less than the example's renewSeconds is due for renewal at each read.
    topology: CacheTopology.sharded({ gutterTtl: Duration.seconds(60) }),
  });
  expect(calm).toEqual([
    { prices: [1000], reads: 1 },
    { prices: [2000], reads: 1 },
  ]);
  expect(faulty).toEqual({ prices: [[1100], [2200]], reads: 4 });
});

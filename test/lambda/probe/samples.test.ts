import type { Address } from '../../../lib/contract/probe-event';
import { askNode, type NodeCounter, type NodeSample } from '../../../lambda/probe/node-statistics';
import { Samples, type Target } from '../../../lambda/probe/samples';
import { serve, stopServers } from './servers';

afterEach(stopServers);

const APART = 100;
const soon = () => performance.now() + 60_000;

/** Counts one get each time that it is asked. */
async function counting() {
  let gets = 0;
  const address = await serve((socket) => {
    socket.on('data', () => socket.write(`STAT pid 1\r\nSTAT cmd_get ${++gets}\r\nEND\r\n`));
  });
  return { ...target(address), asked: () => gets };
}

const target = (address: Address | Error): Target<NodeCounter, NodeSample> => ({ address, ask: askNode });
const getsOf = (outcome: unknown): number | undefined => (outcome as { rates?: { Gets?: number } }).rates?.Gets;

test('who is new is asked twice, after one wait for all; who is known once', async () => {
  const samples = new Samples<NodeCounter, NodeSample>(APART);
  const targets = await Promise.all(Array.from({ length: 20 }, counting));
  const start = performance.now();
  const cold = await samples.take(targets, soon());
  const milliseconds = performance.now() - start;
  expect(milliseconds).toBeGreaterThanOrEqual(APART - 1);
  expect(milliseconds).toBeLessThan(10 * APART);
  const warm = await samples.take(targets, soon());
  for (const outcome of [...cold, ...warm]) expect(getsOf(outcome)).toBeGreaterThan(0);
  expect(targets.map(({ asked }) => asked())).toEqual(targets.map(() => 3));
});

test('who is gone is forgotten, and who is silent is not', async () => {
  const samples = new Samples<NodeCounter, NodeSample>(APART);
  const [stays, goes] = [await counting(), await counting()];
  await samples.take([stays, goes], soon());
  const past = performance.now() - 1;
  expect(await samples.take([stays], past)).toEqual([{ error: expect.stringContaining('not asked') }]);
  await samples.take([stays], soon());
  expect(stays.asked()).toBe(3);
  await samples.take([goes], soon());
  expect(goes.asked()).toBe(4);
});

test('what was said long ago is not what rates are of', async () => {
  const samples = new Samples<NodeCounter, NodeSample>(APART);
  const one = await counting();
  await samples.take([one], soon());
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now + 11 * 60_000);
  await samples.take([one], soon());
  clock.mockRestore();
  expect(one.asked()).toBe(4);
});

test('whose address nobody knows is not asked', async () => {
  const samples = new Samples<NodeCounter, NodeSample>(APART);
  expect(await samples.take([target(new Error('it has no address'))], soon())).toEqual([
    { error: 'it has no address' },
  ]);
});

test('where nothing is counted, nobody is asked twice', async () => {
  const samples = new Samples<never, { counters: object }>(APART);
  let connections = 0;
  const address = await serve((_, count) => (connections = count));
  const [outcome] = await samples.take([{ address, ask: async () => ({ counters: {} }) }], soon());
  expect(outcome).toMatchObject({ rates: {}, sample: { counters: {} } });
  expect(connections).toBe(1);
});

test('no more are asked at once than may be, and all in the end', async () => {
  let most = 0;
  let now = 0;
  const address = await serve((socket) => {
    most = Math.max(most, ++now);
    socket.once('end', () => now--);
    socket.on('data', () => setTimeout(() => socket.write('END\r\n'), 50));
  });
  const samples = new Samples<NodeCounter, NodeSample>(APART, 4);
  const outcomes = await samples.take(
    Array.from({ length: 10 }, () => target(address)),
    soon(),
  );
  expect(outcomes.filter((outcome) => 'sample' in outcome)).toHaveLength(10);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5); // one may not have heard yet that the other side has left
});

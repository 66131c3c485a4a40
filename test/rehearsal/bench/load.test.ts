import { doneOf, loadText, memcaslap, windowOf } from '../../../rehearsal/bench/load';
import type { Load } from '../../../rehearsal/bench/rows';

const load: Load = { valueBytes: 100, sets: 1 / 31, keys: 20, connections: 50 };
const servers = [1, 2, 3].map((i) => ({ host: `10.0.0.${i}`, port: 11211 }));

test('every path has as many connections, a thread for each node', () => {
  const argv = (of: typeof servers) => memcaslap(of, load, { threads: 3, seconds: 2 }).join(' ');
  const rest = '-T 3 -c 51 -F /tmp/load -w 6k -t 2s -d 20';
  expect(argv(servers)).toBe(`memcaslap -s 10.0.0.1:11211,10.0.0.2:11211,10.0.0.3:11211 ${rest}`);
  expect(argv(servers.slice(0, 1))).toBe(`memcaslap -s 10.0.0.1:11211 ${rest}`);
});

test('one connection is of one thread', () => {
  const argv = memcaslap(servers.slice(0, 1), { ...load, keys: 1, connections: 1 }, { threads: 3, seconds: 2 });
  expect(argv.join(' ')).toBe('memcaslap -s 10.0.0.1:11211 -T 1 -c 1 -F /tmp/load -w 10k -t 2s');
});

test.each([
  [100, 1, '10k'],
  [100_000, 1, '1k'],
  [1_000, 50, '1k'],
  [100_000, 50, '1k'],
])('values of %d bytes of %d connections have room in a node', (bytes, connections, window) => {
  expect(windowOf(bytes, connections)).toBe(window);
});

test('thirty gets for a set', () => {
  expect(loadText(load)).toBe('key\n24 24 1\nvalue\n100 100 1\ncmd\n0 0.0323\n1 0.9677\n');
});

const output = 'cmd_get: 1000\ncmd_set: 30\nget_misses: 0\n\nRun time: 1.0s Ops: 1030 TPS: 1029 Net_rate: 2M/s\n';

test('what was done', () => {
  expect(doneOf(output)).toEqual({ operations: 1030, perSecond: 1029 });
});

test.each([
  [output.replace('cmd_get: 1000', 'cmd_get: 0'), 'memcaslap could read nothing: Run time'],
  ['connection refused\n', 'memcaslap could read nothing: connection refused'],
  [output.replace('misses: 0', 'misses: 500'), 'memcaslap missed 500 of 1000 reads'],
])('a load that read nothing measures nothing', (said, message) => {
  expect(() => doneOf(said)).toThrow(message);
});

import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { choose } from '../../../rehearsal/scenarios/choice';

const plan = (stack: string, parts: object = {}) =>
  ({ id: `${stack}-Cache`, stack, endpoint: {}, ...parts }) as ClusterPlan;
const bare = plan('Bare');
const whole = plan('Whole', { probe: {}, proxies: {} });

const chosen = (...args: Parameters<typeof choose>) =>
  choose(...args).map(({ scenarios, skipped }) => ({ names: scenarios.map(({ name }) => name), skipped }));

test('a cluster runs what it has the parts for', () => {
  expect(chosen([bare, whole])).toEqual([
    { names: ['healthy', 'node-killed', 'zone-lost', 'node-hung', 'node-cut'], skipped: [] },
    {
      names: [
        ...['healthy', 'node-killed', 'proxy-killed', 'zone-lost', 'proxies-deployed', 'proxies-scaled-in'],
        ...['node-hung', 'node-cut'],
        ...['node-gone', 'proxy-gone', 'zone-gone'],
      ],
      skipped: [],
    },
  ]);
});

test('the proxy beside the clients is killed where there is one', () => {
  const beside = plan('Beside', { endpoint: { kind: 'sidecars' } });
  expect(chosen([bare, beside], ['sidecar-killed'])).toEqual([
    { names: [], skipped: ['has no proxies beside an application, which sidecar-killed needs'] },
    { names: ['sidecar-killed'], skipped: [] },
  ]);
});

test('a second fault is survived where proxies fill the node of the first', () => {
  const proxies = (routes: string) => ({ proxies: { containers: [{ argv: ['sh', '-c', `memcached ${routes}`] }] } });
  const own = plan('Own', { topology: 'replicated', ...proxies('-o proxy_config=routelib:/tmp/library.lua') });
  const others = plan('Others', { topology: 'replicated', ...proxies('') });
  const sharded = plan('Sharded', { topology: 'sharded', ...proxies('') });
  expect(chosen([own, others, sharded], ['second-fault'])).toEqual([
    { names: ['second-fault'], skipped: [] },
    { names: [], skipped: ["has no proxies of memcached's own, which second-fault needs"] },
    { names: [], skipped: ['has no second copy, which second-fault needs'] },
  ]);
});

test('what was asked for by name and cannot run is told, and others run', () => {
  expect(chosen([bare, whole], ['node-gone', 'proxy-killed'])).toEqual([
    { names: [], skipped: ['has no proxies, which proxy-killed needs', 'has no probe, which node-gone needs'] },
    { names: ['proxy-killed', 'node-gone'], skipped: [] },
  ]);
});

test('what runs by name only runs by its name', () => {
  expect(chosen([whole], ['path-cut'])).toEqual([{ names: ['path-cut'], skipped: [] }]);
  expect(chosen([whole])[0]!.names).not.toContain('path-cut');
});

test('it is an error when nothing runs', () => {
  expect(() => choose([bare, plan('Other')], ['node-gone'])).toThrow(
    "got --only 'node-gone', expected a scenario that a cluster can run: Bare (Bare-Cache) has no probe, which " +
      'node-gone needs; Other (Other-Cache) has no probe, which node-gone needs',
  );
});

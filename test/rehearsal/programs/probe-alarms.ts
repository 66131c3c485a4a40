import { setTimeout as pause } from 'node:timers/promises';
import { withMonitor } from '../../../rehearsal/alarms/with-monitor';
import type { ServerPlan } from '../../../rehearsal/assembly/plan';
import { Cloud } from '../../../rehearsal/cloud/cloud';
import { Connection, onStage } from './stage';

const KEYS = Array.from({ length: 50 }, (_, i) => `key${i}`);
const FEW = KEYS.slice(0, 10);

/** Proxies do not rely on a node for 4.8 s after its return, and then delete each key twice, 1.2 s apart. */
const UNTIL_PAID_MS = 10_000;

/**
 * A cluster with its probe and its alarms, as a rehearsal runs them: without a fault; with other values at the node of one
 * zone under some keys; with a proxy that does not reach one node; and each time repaired. Tells which alarms fired.
 */
onStage(async ({ plan, network, metadata, rootfs, makeLog }) => {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await cloud.start(() => {}, 'up');
  const [node] = cloud.nodeServers();
  const [proxy] = cloud.proxyServers();

  return withMonitor(cloud, async (monitor) => {
    // The first minute is taken to have lasted: without a fault it is enough.
    const fired = async (minutes = 0, fault: () => Promise<unknown> = async () => {}) => {
      await monitor!.begin();
      await monitor!.minute();
      monitor!.strike('fault');
      await fault();
      for (let i = 0; i < minutes; i += 1) await monitor!.minute();
      return monitor!.firings.map(({ name, afterMinutes }) => `${name} ${afterMinutes}`);
    };

    await store(proxy!, KEYS, 'new');
    const healthy = await fired();
    const differing = await fired(3, () => store(node!, FEW, 'old'));
    await store(proxy!, FEW, 'new');
    const alike = await fired();

    let join = async () => {};
    const owed = await fired(5, async () => {
      join = await network.part(proxy!.host, node!.host);
      await store(proxy!, FEW, 'newer');
    });
    await join();
    await pause(UNTIL_PAID_MS);
    return { healthy, differing, alike, owed, paid: await fired() };
  });
});

async function store({ host, port }: ServerPlan, keys: readonly string[], value: string): Promise<void> {
  const connection = await Connection.to(host, port);
  for (const key of keys) {
    const said = await connection.ask(`set ${key} 0 0 ${value.length}\r\n${value}`);
    if (!said.startsWith('STORED')) throw new Error(`${host} did not store ${key}: '${said}'`);
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import type { ServerPlan } from '../../../rehearsal/assembly/plan';
import { Cloud } from '../../../rehearsal/cloud/cloud';
import { tryPage } from './page-code';
import { PROTECTIONS, Shop } from './shop';
import { Connection, onStage } from './stage';

const AT_ONCE = 100;
/** Their homes are in different zones. */
const LOCKS = ['lock0', 'lock1'];

/** One each for a calm cluster, and two for a fault: one has its home in the zone that is lost, where its token is, one has not. */
const PRODUCTS = { recache: ['p10', 'p11', 'p12'], lock: ['p20', 'p21', 'p22'] } as const;

/** Into the first loads: who asks is there at once, and loading takes at least 300 ms. */
const UNTIL_FAULT_MS = 150;

/** In which every process that runs the page's code has started, and waits. */
const UNTIL_STARTED_MS = 3_000;

/**
 * The cluster of the application's example, with its application beside it: what the database is asked while many clients
 * miss a key at once, also while a node dies.
 */
onStage(async ({ plan, network, metadata, rootfs, makeLog }) => {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await cloud.start(() => {}, 'up');
  const shop = await Shop.open(cloud, process.cwd());

  const calm: Record<string, unknown> = {};
  for (const protection of PROTECTIONS) {
    const [id] = PRODUCTS[protection];
    const prices = await shop.burst(protection, id, AT_ONCE);
    const reads = await shop.reads();
    await shop.reprice(protection, id, 999);
    // Some get the old price, for as long as one loads the new one.
    await shop.burst(protection, id, AT_ONCE);
    await pause(500);
    const later = await shop.burst(protection, id, AT_ONCE);
    calm[protection] = {
      prices: [...new Set(prices)],
      reads,
      later: [...new Set(later)],
      readsLater: await shop.reads(),
    };
  }

  const owners = await ownersOf(cloud);
  const tools = await cloud.vpc.boot('tools', cloud.clientSubnet);
  const page = { calm: await tryPage(cloud, tools, { keys: 'calm' }), faulty: {} };

  const start = Date.now() + UNTIL_STARTED_MS;
  const running = tryPage(cloud, tools, { keys: 'faulty', start });
  await pause(start - Date.now());
  const bursts = PROTECTIONS.flatMap((protection) =>
    PRODUCTS[protection].slice(1).map((id) => shop.burst(protection, id, AT_ONCE)),
  );
  await pause(UNTIL_FAULT_MS);
  await cloud.nodes[0]!.member.killProcess();
  const prices = (await Promise.all(bursts)).map((each) => [...new Set(each)]);
  const faulty = { prices, reads: await shop.reads() };
  page.faulty = await running;
  await tools.stop();
  await cloud.stop();
  return { calm, owners, page, faulty };
});

/**
 * The copies of a lock say different owners, as they do when two clients add it at once and the zones hear of them in another
 * order. Tells what clients in each zone then read, once with `get` and once with `gets`.
 */
async function ownersOf(cloud: Cloud): Promise<Record<'get' | 'gets', string[]>> {
  const connections = ({ host, port }: ServerPlan) => Connection.to(host, port);
  const nodes = await Promise.all(cloud.nodeServers().map(connections));
  const proxies = await Promise.all(cloud.proxyServers().map(connections));
  const seen: Record<'get' | 'gets', string[]> = { get: [], gets: [] };
  for (const key of LOCKS) {
    for (const [i, node] of nodes.entries()) await node.ask(`add ${key} 0 60 1\r\n${i}`);
    for (const command of ['get', 'gets'] as const) {
      const answers = await Promise.all(proxies.map((proxy) => proxy.ask(`${command} ${key}`)));
      seen[command].push(answers.map((answer) => answer.split('\r\n')[1]).join());
    }
  }
  return seen;
}

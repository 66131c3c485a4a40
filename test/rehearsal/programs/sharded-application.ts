import { Cloud } from '../../../rehearsal/cloud/cloud';
import { until } from '../../../rehearsal/cloud/wait';
import { type Protection, PROTECTIONS, Shop } from './shop';
import { onStage } from './stage';

const AT_ONCE = 100;

/** One each for a calm cluster, and one for the loss of a node: the one that has the locks of both. */
const PRODUCTS = { recache: ['p10', 'p11'], lock: ['p20', 'p22'] } as const;

/** What the database of the example is asked where each key, so each lock, is on one node. */
onStage(async ({ plan, network, metadata, rootfs, makeLog }) => {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await cloud.start(() => {}, 'up');
  const shop = await Shop.open(cloud, process.cwd());
  const burst = async (protection: Protection, id: string) => [...new Set(await shop.burst(protection, id, AT_ONCE))];

  const calm: unknown[] = [];
  for (const protection of PROTECTIONS) {
    calm.push({ prices: await burst(protection, PRODUCTS[protection][0]), reads: await shop.reads() });
  }

  const asked = PROTECTIONS.map((protection) => burst(protection, PRODUCTS[protection][1]));
  await loseHolder(
    cloud,
    PROTECTIONS.map((protection) => `product/${PRODUCTS[protection][1]}:lock`),
  );
  const faulty = { prices: await Promise.all(asked), reads: await shop.reads() };
  await cloud.stop();
  return { calm, faulty };
});

/** Ends the node that holds these keys, as soon as one does. */
async function loseHolder(cloud: Cloud, keys: readonly string[]): Promise<void> {
  let holder: string | undefined;
  await until(async () => {
    const nodes = [...(await cloud.heldBy(keys))];
    holder = nodes.find(([, held]) => held.size === keys.length)?.[0];
    return holder === undefined ? `one node to hold ${keys.join(' and ')}` : undefined;
  }, 5_000);
  await cloud.nodes.find(({ plan }) => plan.name === holder)!.member.killProcess();
}

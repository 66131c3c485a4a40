import { readFileSync } from 'node:fs';
import type { Case, Step } from './case';
import { CORPUS } from './corpus';
import { KeyRing } from './keys';
import { PLAIN, PROXY, SCOUT, Node, raiseLoopback, startNodes, startProxy } from './processes';
import { formsIn, type Keys } from './templates';
import { transcript } from './transcript';
import { converse, type Address } from './wire';

/** What one run of the driver is to do, given on its standard input. */
export interface Order {
  readonly rootfs: string;
  readonly command: string;
  readonly zone: string;
  readonly sharded: boolean;
  readonly fault: 'alive' | 'dead' | 'hung';
  /** The number of the node that the fault takes. */
  readonly lost: number;
}

/** What a case showed. */
export interface Observation {
  readonly name: string;
  /** Whose answers they are: `alive`, `dead`, `hung`, with ` lost` for keys of the lost node, or `copies`. */
  readonly place: string;
  readonly plain: readonly string[][];
  readonly proxied: readonly string[][];
}

interface Run {
  readonly each: Case;
  readonly keys: Keys;
  readonly place: string;
  /** The lost node held these keys and no other node did. */
  readonly isLost: boolean;
}

const NODES = 3;
const AT_ONCE = 12;

async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(0, 'utf8')) as Order;
  raiseLoopback(order.rootfs);
  const [nodes, scout] = await Promise.all([
    startNodes(order.rootfs, NODES),
    Node.start(order.rootfs, SCOUT),
    Node.start(order.rootfs, PLAIN),
  ]);
  await startProxy(order.rootfs, order.command, order.zone);

  const ring = await KeyRing.measure(order.sharded ? nodes.map(({ address }) => address) : [], CORPUS);
  const runs = CORPUS.flatMap((each) => runsOf(each, order, ring));
  await Promise.all(runs.map((run) => before(run)));
  if (order.fault !== 'alive') await nodes[order.lost - 1]!.lose(order.fault);

  // What a node refuses costs the proxy its connection to it, and whoever else uses that an answer.
  const refused = await refusedOf(runs, scout);
  const [quiet, refusing] = split(
    runs.filter(({ each }) => !each.alone),
    (run) => !refused.has(run),
  );
  const seen = [...(await inParallel(quiet, observe)), ...(await inTurn(refusing, observe))];
  if (order.fault === 'alive') seen.push(...(await copiesOf([...quiet, ...refusing], nodes, ring)));
  seen.push(
    ...(await inTurn(
      runs.filter(({ each }) => each.alone),
      observe,
    )),
  );
  process.stdout.write(JSON.stringify(seen), () => process.exit(0));
}

async function observe({ each, keys, place }: Run): Promise<Observation> {
  const [plain, proxied] = await Promise.all([say(PLAIN, each.send, keys), say(PROXY, each.send, keys)]);
  return { name: each.name, place, plain, proxied };
}

/** Which cases a memcached refuses, whether it says so or not: asked of one that nothing else is asked of. */
async function refusedOf(runs: readonly Run[], scout: Node): Promise<Set<Run>> {
  const aloud = (step: Step): Step => (typeof step === 'string' ? step.replaceAll(' noreply', '') : step);
  const steps = ({ each }: Run): Step[] => [...(each.before ?? []), ...each.send].map(aloud);
  const refusal = (line: string): boolean => /^(\w+_)?ERROR\b/.test(line);
  const said = await inParallel(runs, (run) => say(scout.address, steps(run), run.keys));
  return new Set(runs.filter((_, i) => said[i]!.flat().some(refusal)));
}

function runsOf(each: Case, { sharded, fault, lost }: Order, ring: KeyRing): Run[] {
  if (fault === 'alive' || !sharded) return [{ each, keys: ring.any(each), place: fault, isLost: false }];
  return [
    { each, keys: ring.of(each, (home) => home !== lost), place: fault, isLost: false },
    { each, keys: ring.of(each, (home) => home === lost), place: `${fault} lost`, isLost: true },
  ];
}

/** What is stored before the loss. A memcached that lost what the lost node held is one that was never asked to store it. */
async function before({ each, keys, isLost }: Run): Promise<void> {
  if (!each.before) return;
  await Promise.all([converse(PROXY, each.before, keys), isLost || converse(PLAIN, each.before, keys)]);
}

const say = async (to: Address, steps: readonly Step[], keys: Keys): Promise<string[][]> =>
  transcript(await converse(to, steps, keys), keys);

/** What each node holds of each key afterwards, asked of the node itself. */
async function copiesOf(runs: readonly Run[], nodes: readonly Node[], ring: KeyRing): Promise<Observation[]> {
  const observed = await inParallel(runs, async ({ each, keys }) => {
    const forms = formsIn([...(each.before ?? []), ...each.send]).filter((form) => form !== 'k251');
    const ask = forms.map((form) => `mg ${keys[form]} ${form === 'b64' ? 'b ' : ''}k f s t v`).join(' / ');
    const homes = new Set(forms.map((form) => ring.homeOf(keys[form]!)));
    const holders = nodes.filter((_, i) => homes.has(undefined) || (homes.size === 1 && homes.has(i + 1)));
    if (ask === '' || holders.length === 0) return [];
    const [plain] = await say(PLAIN, [ask], keys);
    const held = await Promise.all(holders.map(({ address }) => say(address, [ask], keys)));
    return [{ name: each.name, place: 'copies', plain: held.map(() => plain!), proxied: held.flat() }];
  });
  return observed.flat();
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function split<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});

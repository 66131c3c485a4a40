import { readFileSync } from 'node:fs';
import { PROXY, raiseLoopback, startNodes, startProxy } from './processes';
import { converse } from './wire';

/** What is asked of `bystanders`: a cluster whose nodes are all alive. */
export interface Scene {
  readonly rootfs: string;
  readonly command: string;
  readonly zone: string;
}

/** What clients got that do nothing wrong, while another sends what the nodes refuse. */
export interface Harm {
  readonly rounds: number;
  readonly refused: number;
  /** The proxy's own errors. */
  readonly errors: number;
  /** Misses of what was just stored. */
  readonly misses: number;
  /** What else was not the right answer. */
  readonly wrong: readonly string[];
}

const BYSTANDERS = 8;
const REFUSALS = 400;
/** Of each bystander, in turn. A key that a refusal hit is missed for a second or two. */
const KEYS = 50;

/** Each is a request of its own to the nodes, and none of it is what the proxy's parser would refuse by itself. */
const REFUSED = [
  'incr text 1',
  'touch text abc',
  'set text x 0 2 / ab',
  'ms text 2 Tabc / ab',
  'ma text',
  'gat abc text',
];

async function main(): Promise<void> {
  const scene = JSON.parse(readFileSync(0, 'utf8')) as Scene;
  raiseLoopback(scene.rootfs);
  await startNodes(scene.rootfs, 3);
  await startProxy(scene.rootfs, scene.command, scene.zone);
  await converse(PROXY, ['set text 0 0 2 / ab'], {});

  let [isOver, errors, misses, refused] = [false, 0, 0, 0];
  const wrong: string[] = [];
  const isRight = (request: string, got: string, right: string): boolean => {
    if (got === right) return true;
    if (/^(STORED\r\n)?SERVER_ERROR backend failure\r\n$/.test(got)) errors++;
    else if (/^(STORED\r\n)?END\r\n$/.test(got)) misses++;
    else wrong.push(`${request}: ${got} instead of ${right}`);
    return false;
  };
  const bystanders = Array.from({ length: BYSTANDERS }, async (_, number) => {
    let rounds = 0;
    for (; !isOver; rounds++) {
      const value = String(rounds).padStart(6, '0');
      const key = `bystander${number}-${rounds % KEYS}`;
      const [stored, got] = await converse(PROXY, [`set ${key} 0 0 6 / ${value}`, `get ${key}`], {});
      if (!isRight('set', stored!.text, 'STORED\r\n')) continue;
      isRight('get', got!.text, `VALUE ${key} 0 6\r\n${value}\r\nEND\r\n`);
      // In one packet: the read is under way before the write is done.
      const later = value.replace('0', '1');
      const [both] = await converse(PROXY, [`set ${key} 0 0 6 / ${later} / get ${key}`], {});
      isRight('set and get', both!.text, `STORED\r\nVALUE ${key} 0 6\r\n${later}\r\nEND\r\n`);
    }
    return rounds;
  });
  for (let i = 0; i < REFUSALS; i++) {
    const [turn] = await converse(PROXY, [REFUSED[i % REFUSED.length]!], {});
    if (/^CLIENT_ERROR/.test(turn!.text)) refused++;
  }
  isOver = true;
  const rounds = (await Promise.all(bystanders)).reduce((sum, each) => sum + each, 0);
  const harm: Harm = { rounds, refused, errors, misses, wrong };
  process.stdout.write(JSON.stringify(harm), () => process.exit(0));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});

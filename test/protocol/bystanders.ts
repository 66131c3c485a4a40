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
  /** Answers that were not the right one, and how often. */
  readonly wrong: Record<string, number>;
}

const BYSTANDERS = 8;
const REFUSALS = 400;

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

  let isOver = false;
  const wrong: Record<string, number> = {};
  const bystanders = Array.from({ length: BYSTANDERS }, async (_, number) => {
    let rounds = 0;
    for (; !isOver; rounds++) {
      const value = String(rounds).padStart(6, '0');
      const key = `bystander${number}`;
      const [stored, got] = await converse(PROXY, [`set ${key} 0 0 6 / ${value}`, `get ${key}`], {});
      count(wrong, 'set', stored!.text, 'STORED\r\n');
      count(wrong, 'get', got!.text, `VALUE ${key} 0 6\r\n${value}\r\nEND\r\n`);
    }
    return rounds;
  });
  let refused = 0;
  for (let i = 0; i < REFUSALS; i++) {
    const [turn] = await converse(PROXY, [REFUSED[i % REFUSED.length]!], {});
    if (/^CLIENT_ERROR/.test(turn!.text)) refused++;
    else count(wrong, 'refused', turn!.text, '');
  }
  isOver = true;
  const rounds = (await Promise.all(bystanders)).reduce((sum, each) => sum + each, 0);
  const harm: Harm = { rounds, refused, wrong };
  process.stdout.write(JSON.stringify(harm), () => process.exit(0));
}

function count(wrong: Record<string, number>, request: string, text: string, right: string): void {
  if (text === right) return;
  const kind = `${request}: ${text.split('\r\n')[0]!}`;
  wrong[kind] = (wrong[kind] ?? 0) + 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});

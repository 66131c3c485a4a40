import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './case';
import { packets, type Keys, type Seen } from './templates';

/** What came back for one step, and how the reading ended: the rest after the end of a connection is not sent. */
export interface Turn {
  readonly text: string;
  readonly end: 'answered' | 'closed' | 'silent';
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** How long it may be silent before it is taken for one that will not answer. */
  readonly silenceMs: number;
}

const PACKET_GAP_MS = 15;
const SENTINEL = 'mn\r\n';

/** Sends the steps over one new connection; after each it asks `mn` and reads until that is answered. */
export async function converse(to: Address, steps: readonly Step[], keys: Keys): Promise<Turn[]> {
  const line = new Line(connect(to.port, to.host), to.silenceMs);
  const seen: Seen = { first: '0', last: '0' };
  const turns: Turn[] = [];
  try {
    for (const step of steps) {
      if (typeof step === 'object' && 'waitSeconds' in step) {
        await sleep(step.waitSeconds * 1000);
        continue;
      }
      const sent = packets(step, keys, seen);
      const turn = await line.ask(sent);
      turns.push(turn);
      if (turn.end !== 'answered') break;
      note(turn.text, seen);
    }
  } finally {
    line.close();
  }
  return turns;
}

function note(text: string, seen: Seen): void {
  if (text.length > 10_000) return;
  for (const [, inValue, inFlags, inDebug] of text.matchAll(
    /^VALUE \S+ \d+ \d+ (\d+)\r$|^(?:HD|VA)[^\r]* c(\d+)(?=[ \r])|^ME .* cas=(\d+)/gm,
  )) {
    seen.last = inValue ?? inFlags ?? inDebug ?? '0';
    if (seen.first === '0') seen.first = seen.last;
  }
}

/** One connection of a client that asks and waits. */
class Line {
  private chunks: Buffer[] = [];
  private closed = false;
  private wake: () => void = () => {};

  constructor(
    private readonly socket: Socket,
    private readonly silenceMs: number,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
    // What a client does not read of a dead connection is of no use to it, but here it is an answer too.
    socket.on('end', () => socket.end());
  }

  async ask(sent: Buffer[]): Promise<Turn> {
    const own = Buffer.concat(sent).toString('latin1');
    const expected = (own.match(/(?<=^|\n)mn(?: [^\n]*)?\r\n/g) ?? []).length + 1;
    for (const [i, packet] of sent.entries()) {
      if (i > 0) await sleep(PACKET_GAP_MS);
      this.socket.write(packet);
    }
    this.socket.write(SENTINEL);
    const end = await this.until(expected);
    const all = Buffer.concat(this.chunks).toString('latin1');
    this.chunks = [];
    return { text: end === 'answered' ? all.slice(0, -SENTINEL.length) : all, end };
  }

  /** Reads until the last of so many `MN`. */
  private async until(expected: number): Promise<Turn['end']> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<true>((resolve) => (timer = setTimeout(() => resolve(true), this.silenceMs)));
    try {
      for (;;) {
        if (this.ends(expected)) return 'answered';
        if (this.closed) return 'closed';
        const more = new Promise<false>((resolve) => (this.wake = () => resolve(false)));
        if (await Promise.race([more, silence])) return 'silent';
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private ends(expected: number): boolean {
    const last = this.chunks.at(-1);
    if (!last?.subarray(-1).equals(Buffer.from('\n'))) return false;
    const tail = Buffer.concat(this.chunks.slice(-8)).subarray(-6).toString('latin1');
    if (tail !== 'MN\r\n' && !tail.endsWith('\nMN\r\n')) return false;
    if (expected === 1) return true;
    const all = Buffer.concat(this.chunks).toString('latin1');
    return (all.match(/(?<=^|\n)MN\r\n/g) ?? []).length >= expected;
  }

  close(): void {
    this.socket.destroy();
  }
}

import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProbeEvent } from '../../../lib/contract/probe-event';
import type { PlainNamespace } from '../../rehearsal/clients/plain-namespace';

const BUNDLE = resolve(__dirname, '../../../lib/monitoring/probe-function/index.js');

/** As Lambda does: one process, and an invocation for each event. */
const RUNTIME = `
  const { handler } = require(process.argv[1]);
  require('node:readline').createInterface({ input: process.stdin }).on('line', (event) =>
    handler(JSON.parse(event)).then(() => console.log('done'), (error) => console.log('threw ' + error.message)));`;

export interface Run {
  readonly lines: any[];
  readonly seconds: number;
  /** The one line of this type and these members. */
  line(type: string, of?: Record<string, string>): any;
}

/** The function as it is deployed, warm from its first run on. */
export class ProbeProcess {
  private readonly child: ChildProcess;

  constructor(network: PlainNamespace) {
    if (!existsSync(BUNDLE)) throw new Error(`the probe is not built, expected ${BUNDLE}: npm run build`);
    this.child = network.node.spawn([process.execPath, '-e', RUNTIME, BUNDLE], 'pipe');
    this.child.stderr!.pipe(process.stderr);
  }

  async run(event: ProbeEvent): Promise<Run> {
    const start = Date.now();
    const output = createInterface({ input: this.child.stdout! });
    this.child.stdin!.write(`${JSON.stringify(event)}\n`);
    const lines: any[] = [];
    for await (const line of output) {
      if (line.startsWith('threw ')) throw new Error(line);
      if (line === 'done') break;
      lines.push(JSON.parse(line));
    }
    const matching = (type: string, of: Record<string, string>) =>
      lines.filter((line) => line.type === type && Object.entries(of).every(([name, value]) => line[name] === value));
    return {
      lines,
      seconds: (Date.now() - start) / 1000,
      line: (type, of = {}) => {
        const found = matching(type, of);
        if (found.length !== 1) throw new Error(`${found.length} lines of ${type} ${JSON.stringify(of)}, expected one`);
        return found[0];
      },
    };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

/** Runs a shell script beside the servers, and gives back what it says. */
export async function shell(network: PlainNamespace, script: string): Promise<string> {
  const child = network.tools.spawn(['sh', '-c', script]);
  let said = '';
  child.stdout!.on('data', (chunk) => (said += chunk));
  child.stderr!.on('data', (chunk) => (said += chunk));
  const code = await new Promise((settle) => child.once('close', settle));
  if (code !== 0) throw new Error(`the script ended with ${code}: ${said}`);
  return said;
}

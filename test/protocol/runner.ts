import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { CacheTopology } from '../../lib';
import { systemPath } from '../../rehearsal/tools/command';
import { ensureRootfs } from '../../rehearsal/tools/rootfs';
import { commandOf } from '../real-cluster';
import { ZONES } from '../synth';
import type { Harm, Scene } from './bystanders';
import type { Observation, Order } from './driver';

export type Topology = 'replicated' | 'sharded';

const TOPOLOGIES = { replicated: () => CacheTopology.replicated(), sharded: () => CacheTopology.sharded() };
/** So that a busy computer is not taken for a node that hangs. */
const PATIENT = { connect: Duration.millis(500), request: Duration.millis(500) };
const NAMESPACES = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const TIME_OUT_MS = 120_000;

/** Runs programs of this folder in namespaces of their own: nothing that they start outlives them. */
export class Runner {
  private readonly folder = mkdtempSync(join(tmpdir(), 'protocol-'));

  constructor() {
    execFileSync('node_modules/.bin/esbuild', [
      ...['driver.ts', 'bystanders.ts'].map((name) => join(__dirname, name)),
      `--outdir=${this.folder}`,
      ...['--bundle', '--platform=node', '--target=node20', '--log-level=warning'],
    ]);
  }

  async compare(topology: Topology, fault: Order['fault'], lost: number): Promise<Observation[]> {
    const scene = await this.scene(topology);
    const order: Order = { ...scene, sharded: topology === 'sharded', fault, lost };
    return (await this.drive('driver.js', order)) as Observation[];
  }

  async harm(topology: Topology): Promise<Harm> {
    return (await this.drive('bystanders.js', await this.scene(topology))) as Harm;
  }

  private async scene(topology: Topology): Promise<Scene> {
    return {
      rootfs: await ensureRootfs((line) => process.stderr.write(`${line}\n`)),
      command: commandOf({ topology: TOPOLOGIES[topology](), timeouts: PATIENT }, 'Proxy'),
      zone: ZONES[0]!,
    };
  }

  private drive(program: string, input: object): Promise<unknown> {
    const script = ['sh', '-c', 'ulimit -n "$(ulimit -Hn)"; exec "$@"', 'sh', process.execPath];
    const child = spawn('unshare', [...NAMESPACES, ...script, join(this.folder, program)], {
      env: { PATH: `${process.env.PATH ?? ''}:${systemPath}` },
      timeout: TIME_OUT_MS,
      killSignal: 'SIGKILL',
    });
    const said: Buffer[] = [];
    const complaints: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.stdin.end(JSON.stringify(input));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(JSON.parse(Buffer.concat(said).toString()));
        else reject(new Error(`${program} ended with ${code}: ${Buffer.concat(complaints).toString().slice(-2000)}`));
      });
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { serversOf } from '../../../rehearsal/assembly/endpoint';
import type { Cloud } from '../../../rehearsal/cloud/cloud';

export const PROTECTIONS = ['recache', 'lock'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** As ECS runs them: each a process that knows nothing of the other. */
const PORTS: Record<Protection, readonly number[]> = { recache: [8081, 8082], lock: [8083, 8084] };

/** The database of the example, and its application with each of its protections. */
export class Shop {
  private constructor(private readonly cloud: Cloud) {}

  static async open(cloud: Cloud, root: string): Promise<Shop> {
    const { clientHost: host } = cloud;
    const start = async (name: string, script: string, environment: readonly string[] = []) => {
      const child = host.spawn(['env', ...environment, process.execPath, join(root, script)]);
      host.log.follow(name, child.stdout!);
      host.log.follow(name, child.stderr!);
      await said(child, () => `${name}: ${host.log.tail()}`);
    };
    await start('database', 'test/rehearsal/programs/database.mjs');
    const [server] = serversOf(cloud.plan.endpoint);
    const environment = [
      `MEMCACHED=${server!.host}:${server!.port}`,
      'CACHE_TIMEOUT_MS=1000',
      ...['PGHOST=127.0.0.1', 'PGUSER=postgres', 'PGDATABASE=postgres', 'PGPASSWORD=none'],
    ];
    await Promise.all(
      PROTECTIONS.flatMap((protection) =>
        PORTS[protection].map((port) =>
          start(`shop ${port}`, 'examples/application/server/index.mjs', [
            ...environment,
            `PORT=${port}`,
            `STAMPEDE_PROTECTION=${protection}`,
          ]),
        ),
      ),
    );
    return new Shop(cloud);
  }

  /** Asks for a product so many times at once, one process and then the other. Gives back the prices. */
  async burst(protection: Protection, id: string, times: number): Promise<unknown[]> {
    const ports = PORTS[protection];
    return Promise.all(
      Array.from({ length: times }, async (_, i) => {
        const response = await fetch(this.url(ports[i % ports.length]!, id));
        const body: any = await response.json();
        return response.ok ? body.cents : body;
      }),
    );
  }

  async reprice(protection: Protection, id: string, cents: number): Promise<void> {
    const body = JSON.stringify({ name: 'dearer', cents });
    await fetch(this.url(PORTS[protection][0]!, id), { method: 'PUT', body });
  }

  /** How often the database was asked for a product since the last look. */
  async reads(): Promise<number> {
    const response = await fetch(`http://${this.cloud.clientHost.address}:5433`);
    return Number(await response.text());
  }

  private url(port: number, id: string): string {
    return `http://${this.cloud.clientHost.address}:${port}/products/${id}`;
  }
}

/** Waits for its first line. */
function said(child: ChildProcess, tail: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`ended with ${code}, ${tail()}`)));
  });
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../apps';
import { Program } from './fixtures/program';

/** What the proxies beside the application wrote for CloudWatch. */
function metricsIn(folder: string): any[] {
  const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'));
  const texts = logs.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(/\{"_aws".*"type":"sidecar".*$/gm)].map(([line]) => JSON.parse(line)),
  );
}

/** The proxies write them more often than once a minute. */
function more(template: string): void {
  writeFileSync(template, readFileSync(template, 'utf8').replaceAll('while sleep 60', 'while sleep 4'));
}

let program: Program;
beforeAll(() => (program = new Program()), 180_000);
afterAll(() => program.remove());

test('an application with a proxy beside it survives the loss of a node, and of the proxy once that is back', async () => {
  const { directory } = (await load('examples/with-sidecar/app')).synth();
  more(join(directory, 'Shop.template.json'));
  const report = join(program.folder, 'report');
  const only = 'healthy,node-killed,sidecar-killed';
  const { status, stdout, stderr } = program.run(['rehearse', directory, '--report', report, '--only', only]);

  expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
  const { scenarios, proxies, nodes, releases } = JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  expect({ nodes, proxies }).toEqual({ nodes: 2, proxies: 0 });
  expect(releases).toHaveLength(1); // the proxy beside the application is memcached too
  const [healthy, nodeKilled, sidecarKilled] = scenarios;
  for (const scenario of [healthy, nodeKilled]) {
    expect(scenario).toMatchObject({ errors: 0, reconnects: 0 });
    expect(scenario.requests).toBeGreaterThan(500);
  }
  // The proxy is in the zone of its clients, and reads there.
  expect(healthy.inZone).toMatchObject({ entered: 1, forwarded: 1 });
  expect(healthy.inZone.read).toBeGreaterThan(0.95);
  // Operations fail while it is gone. ECS starts the container again and keeps the task.
  expect(sidecarKilled.errors).toBeGreaterThan(0);
  expect(sidecarKilled.broken).toMatch(/^application .* \(ECS starts its memcached-proxy again\)$/);
  expect(sidecarKilled.promises).toContainEqual(
    expect.objectContaining({ promise: 'no operation fails once it is back', kept: true }),
  );
  expect(sidecarKilled.recoverySeconds).toBeLessThan(15);

  const lines = metricsIn(join(report, 'logs'));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    expect(line).toMatchObject({
      Application: expect.stringMatching(/^ShopWebTask/),
      Rejected: 0,
      Uptime: expect.any(Number),
    });
  }
  // Of the task that clients run in.
  expect(lines.filter(({ ClientHitRatio: hits, ReadLatency: ms }) => hits === 1 && ms > 0)).not.toEqual([]);
  expect(lines.filter(({ BackendErrors: errors, DebtsOwed: owed }) => errors > 0 || owed > 0)).not.toEqual([]);
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { differs } from '../../rehearsal/tools/releases';
import { type Fixture, template, writeAssembly } from './fixtures/assembly';
import { Program } from './fixtures/program';
import { routesWithoutFailover } from './fixtures/proxies';

let program: Program;
beforeAll(() => (program = new Program()), 180_000);
afterAll(() => program.remove());

function rehearse(name: string, content: unknown, ...options: string[]) {
  const assembly = writeAssembly(join(program.folder, name), content);
  const report = join(assembly, 'report');
  const { status, stdout, stderr } = program.run(['rehearse', assembly, '--report', report, ...options]);
  const read = () => JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'));
  return { status, output: stdout + stderr, lastLine: stdout.trimEnd().split('\n').at(-1), read, report };
}

describe('a rehearsal', () => {
  test('of replicated EC2 nodes survives the loss of a zone', () => {
    const { status, lastLine, output, read } = rehearse(
      'replicated',
      template({ compute: 'ec2', topology: 'replicated' }),
      // These routes know nothing of what a node missed.
      '--only',
      'healthy,node-killed,proxy-killed,zone-lost',
    );

    expect({ status, lastLine, output }).toMatchObject({ status: 0, lastLine: 'survived' });
    const report = read();
    expect(report).toMatchObject({ survived: true, topology: 'replicated', nodes: 2, proxies: 2 });
    expect(report.zones).toEqual(['us-east-1a', 'us-east-1b']);
    expect(report.template).toMatchObject({ stack: 'Fixture', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const names = report.scenarios.map(({ name }: any) => name);
    expect(names).toEqual(['healthy', 'node-killed', 'proxy-killed', 'zone-lost']);
    for (const scenario of report.scenarios) {
      expect(scenario).toMatchObject({ errors: 0, alarms: [], p50Ms: expect.any(Number), p99Ms: expect.any(Number) });
      expect(scenario.requests).toBeGreaterThan(500);
      expect(scenario.hits / (scenario.hits + scenario.misses)).toBeGreaterThanOrEqual(0.999);
    }
    expect(report.clusters[0]).toMatchObject({ probe: false, notEvaluated: [] });
    const [nodes, proxies] = report.releases;
    expect(nodes).toMatchObject({ engine: 'memcached', ran: report.versions.memcached, deployed: '1.6.45' });
    expect(proxies).toEqual({ engine: 'memcached', ran: report.versions.memcached });
    expect(output).toContain(`\nmemcached ${nodes.ran} ran, 1.6.45 is deployed; `);
    expect(output.includes('\nwarning: memcached ')).toBe(differs(nodes));
    const [healthy, , proxyKilled, zoneLost] = report.scenarios;
    expect(healthy).toMatchObject({ recoverySeconds: 0, reconnects: 0 });
    // Half of the connections enter by an address of another zone, and half of the others go on to another.
    expect(healthy.inZone.entered).toBeGreaterThan(0.25);
    expect(healthy.inZone.entered).toBeLessThan(0.75);
    expect(healthy.inZone.forwarded).toBeLessThan(healthy.inZone.entered);
    expect(output).toMatch(
      /\nzone {4}healthy: of what clients sent \d+ % entered in their zone and \d+ % stayed in it/,
    );
    expect(zoneLost.inZone).toBeUndefined();
    expect(proxyKilled.recoverySeconds).toBeGreaterThan(3);
    expect(zoneLost.recoverySeconds).toBeGreaterThan(14);
  }, 180_000);

  test('of sharded Fargate nodes costs a lost node no more than its keys', () => {
    const fixture: Fixture = { compute: 'fargate', topology: 'sharded', nodesPerZone: 2 };
    const { status, lastLine, output, read } = rehearse(
      'sharded',
      template(fixture),
      '--only',
      'node-killed,zone-lost',
    );

    expect({ status, lastLine, output }).toMatchObject({ status: 0, lastLine: 'survived' });
    const [nodeKilled, zoneLost] = read().scenarios;
    for (const scenario of [nodeKilled, zoneLost]) {
      const missRatio = scenario.misses / (scenario.hits + scenario.misses);
      expect(scenario.errors).toBe(0);
      expect(missRatio).toBeGreaterThan(0); // the keys were really lost
      expect(missRatio).toBeLessThanOrEqual(scenario.lostKeyShare + 0.01);
    }
    expect(nodeKilled.lostNodes).toEqual(['a1']);
    expect(zoneLost.lostNodes).toEqual(['a1', 'a2']);
  }, 180_000);

  test('fails when a lost node turns into errors', () => {
    const fixture: Fixture = { compute: 'fargate', topology: 'sharded', routes: routesWithoutFailover };
    const { status, lastLine, read } = rehearse('no-failover', template(fixture), '--only', 'node-killed');

    expect(status).toBe(1);
    expect(lastLine).toMatch(/^did not survive: Fixture: node-killed: no operation fails after one reconnect/);
    expect(read().survived).toBe(false);
    expect(read().scenarios[0].errors).toBeGreaterThan(0);
  }, 120_000);

  test.each<[string, Fixture, string]>([
    ['a hung node', { compute: 'fargate', topology: 'sharded' }, 'node-hung'],
    ['a node whose link was down', { compute: 'ec2', topology: 'replicated' }, 'node-cut'],
    ['a zone that stood still', { compute: 'ec2', topology: 'replicated' }, 'zone-paused'],
  ])(
    'fails when %s comes back and is read as if nothing had been',
    (_, fixture, scenario) => {
      const { status, lastLine, output, read } = rehearse(scenario, template(fixture), '--only', scenario);

      expect({ status, output }).toMatchObject({ status: 1 });
      expect(lastLine).toContain(`Fixture: ${scenario}: no read is older than the last acknowledged write, measured`);
      expect(output).toContain(`stale   ${scenario}: during 0.0 %, 0-1 s`);
      const [{ errors, staleReads, windows }] = read().scenarios;
      expect(errors).toBe(0);
      expect(windows.map((each: any) => each.name).slice(0, 3)).toEqual(['during', '0-1 s', '1-2 s']);
      expect(windows.reduce((sum: number, each: any) => sum + each.staleReads, 0)).toBeLessThanOrEqual(staleReads);
      // Of keys that nobody overwrites afterwards the last reads are as stale as the first.
      expect(windows.at(-1).staleReads / windows.at(-1).reads).toBeGreaterThan(0.05);
    },
    180_000,
  );

  test('fails when a node that came back is not filled, and the copy that stood in for it is lost too', () => {
    const fixture: Fixture = { compute: 'ec2', topology: 'replicated' };
    const { status, lastLine, read } = rehearse('second-fault', template(fixture), '--only', 'second-fault');

    expect(status).toBe(1);
    expect(lastLine).toContain('Fixture: second-fault: at least 99 % of the reads hit after the second fault');
    expect(read().scenarios[0]).toMatchObject({ errors: 0, lostNodes: ['a1', 'b1'] });
  }, 180_000);

  test('fails when proxies stop before the load balancer has stopped sending to them', () => {
    const content = template({ compute: 'fargate', topology: 'replicated' });
    const attributes = content.Resources.Targets.Properties.TargetGroupAttributes;
    attributes.find(({ Key }: any) => Key === 'deregistration_delay.timeout_seconds').Value = '30';
    const { status, lastLine } = rehearse('short-delay', content, '--only', 'proxies-deployed');

    expect(status).toBe(1);
    expect(lastLine).toContain('Fixture: proxies-deployed: no operation fails after one reconnect, measured');
  }, 180_000);

  test('fails when the routes keep no second copy of a lost key', () => {
    const fixture: Fixture = { compute: 'fargate', topology: 'sharded' };
    const content = template(fixture);
    const topology = content.Resources.Balancer.Properties.Tags.find((tag: any) => tag.Key.endsWith(':topology'));
    topology.Value = 'replicated'; // promises what the routes do not keep
    const { status, lastLine } = rehearse('one-copy', content, '--only', 'node-killed');

    expect(status).toBe(1);
    expect(lastLine).toContain('99.9 % of the reads of stored keys hit, measured 0.');
  }, 120_000);

  test('tells which alarms a fault fires that lasts, and that nobody is paged for one that heals', () => {
    const fixture: Fixture = { compute: 'ec2', topology: 'replicated', probe: true };
    const only = ['--only', 'healthy,node-killed,node-gone'];
    const { status, output, read, report } = rehearse('probed', template(fixture), ...only);

    expect({ status, output }).toMatchObject({ status: 0 });
    const { scenarios, clusters } = read();
    const [healthy, nodeKilled, nodeGone] = scenarios;
    expect([healthy.alarms, nodeKilled.alarms]).toEqual([[], []]);
    expect(nodeGone).toMatchObject({
      lastedMinutes: 3,
      alarms: [
        { name: 'CacheDegraded', afterMinutes: 3 },
        { name: 'ZoneANodeUnreachable', afterMinutes: 3 },
      ],
    });
    expect(output).toContain('alarms  node-gone (3 minutes): CacheDegraded 3 min, ZoneANodeUnreachable 3 min');
    expect(clusters[0].probe).toBe(true);
    expect(clusters[0].notEvaluated.map(({ name }: any) => name)).toEqual(['TargetResets', 'HitRatioFalling']);
    const picture = readFileSync(join(report, 'dashboard.svg'), 'utf8');
    expect(picture).toContain('Reachable nodes');
    expect(picture).not.toContain('No data');
  }, 180_000);

  test('fails when an alarm fires though nothing is wrong', () => {
    const content = template({ compute: 'fargate', topology: 'replicated', probe: true });
    content.Resources.ZoneB.Properties.Threshold = 1.1;
    const { status, lastLine } = rehearse('too-tight', content, '--only', 'healthy');

    expect(status).toBe(1);
    expect(lastLine).toBe('did not survive: Fixture: healthy: no alarm fires, measured 2');
  }, 120_000);

  test('fails when no alarm names a fault that lasts', () => {
    const content = template({ compute: 'fargate', topology: 'replicated', probe: true });
    content.Resources.ZoneA.Properties.Threshold = 0; // no share of reachable nodes is below it
    const { status, lastLine } = rehearse('too-loose', content, '--only', 'node-gone');

    expect(status).toBe(1);
    expect(lastLine).toContain('node-gone: the fault fires ZoneANodeUnreachable, measured 0');
  }, 180_000);

  test('does not need a picture, and leaves none of an earlier one', () => {
    const content = template({ compute: 'fargate', topology: 'replicated', probe: true });
    const body = JSON.stringify({ widgets: { of: ['CdkMemcached', 'Fixture-Cache'] } });
    content.Resources.Dashboard.Properties.DashboardBody = body;
    const stale = join(program.folder, 'no-picture', 'report', 'dashboard.svg');
    mkdirSync(dirname(stale), { recursive: true });
    writeFileSync(stale, '<svg/>');
    const { status, output } = rehearse('no-picture', content, '--only', 'healthy');

    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining('dashboard: not drawn: ') });
    expect(existsSync(stale)).toBe(false);
  }, 120_000);

  test('that can run nothing of what was asked for says why', () => {
    const content = template({ compute: 'ec2', topology: 'replicated' });
    const { status, output } = rehearse('unprobed', content, '--only', 'node-gone');

    expect(status).toBe(2);
    expect(output).toContain("got --only 'node-gone', expected a scenario that a cluster can run: Fixture");
  }, 60_000);

  test("fails with the log's end when proxies do not start", () => {
    const fixture: Fixture = { compute: 'fargate', topology: 'sharded', routes: () => 'no lua' };
    const { status, lastLine, output } = rehearse('broken-routes', template(fixture));

    expect(status).toBe(1);
    expect(lastLine).toMatch(/^did not survive: Fixture: proxy: 3 tasks in a row did not last/);
    expect(output).toContain('syntax error near');
  }, 60_000);

  test("fails with the log's end when an instance's user data fails", () => {
    const fixture: Fixture = {
      compute: 'ec2',
      topology: 'replicated',
      userDataCommands: 'aws s3 cp s3://bucket/x /tmp',
    };
    const { status, lastLine, output } = rehearse('broken-user-data', template(fixture));

    expect(status).toBe(1);
    expect(lastLine).toMatch(/^did not survive: Fixture: [ab]1: the user data did not signal success/);
    expect(output).toContain("knows no 'aws s3 cp s3://bucket/x /tmp'");
  }, 60_000);
});

describe('the command line', () => {
  test.each([
    [['rehearse', 'nowhere'], "found no manifest.json in 'nowhere', expected a synthesized cloud assembly"],
    [
      ['rehearse', '--only', 'flood'],
      "got --only 'flood', expected some of healthy,node-killed,proxy-killed,sidecar-killed,zone-lost,",
    ],
    [['rehearse', '--only', ','], "got --only ',', expected some of"],
    [['rehearse', 'a', 'b'], "got the arguments 'b', expected one cloud assembly"],
    [['compare', 'nowhere'], "found no manifest.json in 'nowhere', expected a synthesized cloud assembly"],
    [['compare', '--only', 'zone-lost'], "got --only 'zone-lost', expected some of healthy,node-lost"],
    [['rehearse', '--chaos', '--only', 'healthy'], "got --only 'healthy', expected some of node,proxy,zone,balancer,"],
    [['compare', '--chaos'], 'got --chaos with compare, expected it with rehearse'],
    [['simulate'], "got the command 'simulate', expected rehearse, compare, bench or tools"],
    [['rehearse', '--to', 'b'], 'got --to alone, expected rehearse --from DIR --to DIR'],
    [
      ['compare', '--from', 'a', '--to', 'b'],
      'got --from and --to with compare, expected rehearse --from DIR --to DIR',
    ],
    [
      ['rehearse', '--from', 'a', '--to', 'b', '--only', 'healthy'],
      'got --from and --to with --only, expected rehearse --from DIR --to DIR',
    ],
    [['rehearse', '--fast'], "Unknown option '--fast'"],
  ])('%j says what is wrong', (words, message) => {
    const { status, stderr } = program.run(words);

    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('--help names the scenarios', () => {
    const { status, stdout } = program.run(['--help']);

    expect(status).toBe(0);
    expect(stdout).toContain(
      'rehearse: healthy, node-killed, proxy-killed, sidecar-killed, zone-lost, proxies-deployed, proxies-scaled-in, node-hung,',
    );
    expect(stdout).toMatch(/by name only: .*\bpath-cut, debtor-killed\b/);
    expect(stdout).toContain('compare: healthy, node-lost');
  });
});

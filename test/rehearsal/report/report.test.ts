import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import { promisesOf } from '../../../rehearsal/report/promises';
import { clusterReport, type ScenarioReport, writeReport } from '../../../rehearsal/report/report';
import { renderCluster, table, verdict } from '../../../rehearsal/report/table';

const plan = {
  id: 'Stack-Cache',
  stack: 'Stack',
  file: 'cdk.out/Stack.template.json',
  sha256: 'abc',
  topology: 'replicated',
  zones: ['a', 'b', 'c'],
  nodes: [{}, {}, {}],
  proxies: { count: 3 },
  alarms: { metric: [], composite: [], notEvaluated: [{ name: 'TargetResets', ids: ['arn'], reason: 'AWS' }] },
} as unknown as ClusterPlan;

function scenario(changed: Partial<ScenarioReport> = {}): ScenarioReport {
  const counts = { requests: 123456, errors: 0, hits: 111111, misses: 0, staleReads: 0, ...changed };
  return {
    name: 'zone-lost',
    recoverySeconds: 27.3,
    p50Ms: 0.81,
    p99Ms: 512.34,
    hitRatio: 1,
    stallMs: 12,
    reconnects: 12,
    reconnectedAgain: 0,
    disturbedSeconds: 1,
    broken: 'every host of a',
    lostNodes: ['a1'],
    lostKeyShare: undefined,
    errorMessages: [],
    alarms: [],
    ...counts,
    promises: promisesOf('replicated', counts, 0),
  };
}

const ran = {
  versions: { memcached: '1.6.38', haproxy: '3.2.26' },
  releases: [{ engine: 'memcached', ran: '1.6.38', deployed: '1.6.45', image: 'example/memcached:1.6.45-alpine' }],
} as const;

describe('a report', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'report-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('has the scenarios and the template at its top', () => {
    const file = writeReport(join(folder, 'new'), [clusterReport(plan, [scenario()])], ran);

    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(report).toMatchObject({
      ...ran,
      survived: true,
      template: { stack: 'Stack', file: 'cdk.out/Stack.template.json', sha256: 'abc' },
      topology: 'replicated',
      nodes: 3,
      proxies: 3,
      scenarios: [{ cluster: 'Stack-Cache', name: 'zone-lost', requests: 123456, recoverySeconds: 27.3 }],
      promises: [{ kept: true, scenario: 'zone-lost' }, { kept: true }],
    });
  });

  test('tells of alarms that fired, and of those of which nothing can be said', () => {
    const alarms = [{ name: 'ZoneADown', afterMinutes: 3 }];
    const file = writeReport(folder, [clusterReport(plan, [scenario({ alarms })], undefined, ['Mistyped'])], ran);

    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(report.scenarios[0].alarms).toEqual(alarms);
    expect(report.clusters[0]).toMatchObject({
      probe: false,
      notEvaluated: [
        { name: 'TargetResets', reason: 'AWS' },
        { name: 'Mistyped', reason: 'the probe never published its metric' },
      ],
    });
  });

  test('promises once that alarms have figures', () => {
    const alarmed = { ...plan, alarms: { ...plan.alarms, metric: [{ name: 'Mistyped' }] } } as unknown as ClusterPlan;
    const promised = (withoutFigures?: string[]) =>
      clusterReport(alarmed, [scenario(), scenario()], undefined, withoutFigures).scenarios.map(({ promises }) =>
        promises.slice(2).map(({ kept }) => kept),
      );
    expect(promised([])).toEqual([[true], []]);
    expect(promised(['Mistyped'])).toEqual([[false], []]);
    expect(promised()).toEqual([[], []]);
  });

  test.each<[string, ScenarioReport[], string | undefined, boolean]>([
    ['kept promises', [scenario()], undefined, true],
    ['a broken promise', [scenario(), scenario({ errors: 1 })], undefined, false],
    ['a failure', [scenario()], 'a1 did not boot', false],
    ['no scenario', [], undefined, false],
  ])('judges %s', (_, scenarios, failure, survived) =>
    expect(clusterReport(plan, scenarios, failure).survived).toBe(survived),
  );
});

describe('the text', () => {
  test('fits in 100 columns', () => {
    for (const line of table([scenario(), scenario({ name: 'proxy-killed' })]))
      expect(line.length).toBeLessThanOrEqual(100);
  });

  test('names every promise', () => {
    const text = renderCluster(clusterReport(plan, [scenario({ errors: 2, errorMessages: ['SERVER_ERROR'] })]));
    expect(text).toContain('BROKEN  zone-lost: no operation fails after one reconnect (2)');
    expect(text).toContain('kept    zone-lost: at least 99.9 % of the reads of stored keys hit (1)');
    expect(text).toContain('zone-lost error: SERVER_ERROR');
  });

  test('tells how many operations had to reconnect more than once, and of no scenario without', () => {
    const killed = scenario({ name: 'proxy-killed', reconnectedAgain: 3 });
    const lines = renderCluster(clusterReport(plan, [scenario(), killed])).split('\n');
    expect(lines.filter((line) => line.startsWith('again'))).toEqual([
      'again   proxy-killed: 3 of the 12 operations that reconnected had to more than once',
    ]);
  });

  test('tells what stayed in the zone of the clients, where it was counted', () => {
    const healthy = { ...scenario({ name: 'healthy' }), inZone: { entered: 0.926, forwarded: 0.44, read: 0.489 } };
    const lines = renderCluster(clusterReport(plan, [healthy, scenario()])).split('\n');
    expect(lines.filter((line) => line.startsWith('zone '))).toEqual([
      'zone    healthy: of what clients sent 93 % entered in their zone and 44 % stayed in it; 49 % of the reads were ' +
        'answered there',
    ]);
  });

  test('tells when reads were stale, and of no scenario without', () => {
    const windows = [
      { name: 'during', reads: 0, staleReads: 0 },
      { name: '0-1 s', reads: 400, staleReads: 50 },
    ];
    const hung = scenario({ name: 'node-hung', staleReads: 50, windows });
    const well = scenario({ name: 'node-cut', windows });
    const lines = renderCluster(clusterReport(plan, [scenario({ staleReads: 7 }), hung, well])).split('\n');
    expect(lines.filter((line) => line.startsWith('stale'))).toEqual(['stale   node-hung: during 0.0 %, 0-1 s 12.5 %']);
  });

  test('tells which alarms fired, and of no scenario without', () => {
    const alarms = [
      { name: 'ZoneADown', afterMinutes: 3 },
      { name: 'ZoneANodeUnreachable', afterMinutes: 5 },
    ];
    const gone = scenario({ name: 'zone-gone', lastedMinutes: 5, alarms });
    const lines = renderCluster(clusterReport(plan, [scenario(), gone])).split('\n');
    expect(lines.filter((line) => line.startsWith('alarms'))).toEqual([
      'alarms  zone-gone (5 minutes): ZoneADown 3 min, ZoneANodeUnreachable 5 min',
    ]);
  });

  test('tells which alarms are not evaluated, in lines that are not too long', () => {
    const notEvaluated = Array.from({ length: 15 }, (_, i) => ({ name: `TargetResets${i}`, ids: [], reason: 'AWS' }));
    const many = { ...plan, alarms: { ...plan.alarms, notEvaluated } };
    const lines = renderCluster(clusterReport(many, [scenario()]))
      .split('\n')
      .slice(-3);
    expect(lines[0]).toMatch(/^not evaluated: 15 alarms \(AWS publishes .*\): TargetResets0, /);
    expect(lines[2]).toMatch(/^ {2}.*TargetResets14$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
  });

  test('says when no alarm is promised', () => {
    const text = renderCluster(clusterReport(plan, [{ ...scenario({ name: 'node-gone' }), noAlarmExpected: true }]));
    expect(text).toContain('node-gone: no alarm of the template fires for it, so none is promised');
  });

  test('ends in the verdict', () => {
    expect(verdict([clusterReport(plan, [scenario()])])).toBe('survived');
    expect(verdict([clusterReport(plan, [scenario({ errors: 2 })])])).toBe(
      'did not survive: Stack: zone-lost: no operation fails after one reconnect, measured 2',
    );
    expect(verdict([clusterReport(plan, [], 'a1 did not boot\nlog')])).toBe('did not survive: Stack: a1 did not boot');
  });
});

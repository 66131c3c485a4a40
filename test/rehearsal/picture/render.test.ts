import type { Widget } from '../../../rehearsal/report/picture/body';
import { renderDashboard } from '../../../rehearsal/report/picture/render';
import type { MetricSource } from '../../../rehearsal/report/picture/source';

const MINUTES = 20;

/** Zone c is unknown to it; zone a says nothing for three minutes. */
const source: MetricSource = {
  minutes: MINUTES,
  events: [
    { minute: 4, label: 'node-killed' },
    { minute: 12, label: 'zone-gone' },
  ],
  valueAt({ namespace, dimensions: { Zone } }, minute) {
    if (namespace !== 'CdkMemcached' || Zone === 'c' || (Zone === 'a' && minute > 11 && minute < 15)) return undefined;
    return Zone === 'a' ? 0.25 : 0.75;
  },
  alarm: (id) =>
    ({
      'arn:down': { name: 'CacheDown', firedFor: [] },
      'arn:zone': { name: 'ZoneADown', firedFor: [1, 2] },
      'arn:resets': { name: 'TargetResets' },
    })[id],
};

const COLORS = { a: '#00aa01', b: '#00aa02', c: '#00aa03' };

const zoneLine = (zone: keyof typeof COLORS) => [
  ...['CdkMemcached', 'HitRatio', 'Cluster', 'cache', 'Zone', zone],
  { label: `zone ${zone}`, color: COLORS[zone] },
];

const graph = (title: string, metrics: unknown[][], more: Record<string, unknown> = {}): Widget => ({
  type: 'metric',
  x: 0,
  y: 0,
  width: 12,
  height: 6,
  properties: { title, metrics, yAxis: { left: { min: 0, max: 1, label: 'hits of gets' } }, ...more },
});

const hitRatio = graph('Hit ratio', [zoneLine('a'), zoneLine('b'), zoneLine('c')]);

const draw = (...widgets: Widget[]) => renderDashboard({ widgets }, source, 'A cache');

/** What a reader reads. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!.replaceAll('\u00a0', ' '));

/** The paths that are drawn in a colour. */
const pathsIn = (svg: string, color: string): string[] =>
  [...svg.matchAll(/<path[^>]*>/g)].map(([path]) => path).filter((path) => path.includes(`stroke="${color}"`));

/** How many strokes a path is made of. */
const strokesOf = (path: string): number => /\bd="([^"]*)"/.exec(path)![1]!.match(/M/g)!.length;

describe('the whole', () => {
  const svg = draw(hitRatio);

  test('says what it is and when what was broken', () => {
    const said = textsOf(svg).join(' ');
    expect(said).toContain('A cache');
    expect(said).toContain('Drawn from a rehearsal of 20 minutes: one point a probe, each stands for a minute.');
    expect(said).toContain('1 node-killed (4 min), 2 zone-gone (12 min)');
  });

  test('is one document on its own ground', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="1232"/);
    expect(svg).toMatch(/<rect width="1232" height="\d+" fill="#f2f3f3"\/>/);
    expect(svg.match(/<svg /g)).toHaveLength(svg.match(/<\/svg>/g)!.length);
  });

  test('is the same for the same values', () => {
    expect(draw(hitRatio)).toBe(svg);
  });

  test('is as high as its lowest widget needs', () => {
    const heightOf = (text: string) => Number(/height="(\d+)"/.exec(text)![1]);
    expect(heightOf(draw({ ...hitRatio, y: 10 })) - heightOf(svg)).toBe(400);
  });

  test('escapes what it writes', () => {
    expect(draw(graph('a < b & "c"', []))).toContain('a &lt; b &amp; &quot;c&quot;');
  });
});

describe('a graph', () => {
  const svg = draw(hitRatio);

  test('has its title, its axis and a legend of what is drawn', () => {
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['Hit ratio', 'hits of gets', '0.25', 'zone a', 'zone b']));
    expect(textsOf(svg)).not.toContain('zone c');
  });

  test('has a line for each metric with values', () => {
    expect(pathsIn(svg, COLORS.b).map(strokesOf)).toEqual([1]);
    expect(pathsIn(svg, COLORS.c)).toEqual([]);
  });

  test('has gaps where there are no values', () => {
    expect(pathsIn(svg, COLORS.a).map(strokesOf)).toEqual([2]);
  });

  test('says which lines are missing', () => {
    expect(textsOf(svg)).toContain('not rehearsed: zone c');
  });

  test('has a numbered line for each event', () => {
    expect(pathsIn(svg, '#b0459b')).toHaveLength(source.events.length);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['1', '2']));
  });

  test('has a line at a threshold', () => {
    const annotations = { horizontal: [{ value: 0.5, label: 'alarm', color: '#00aa04' }] };
    const drawn = draw(graph('Hit ratio', [zoneLine('b')], { annotations }));
    expect(pathsIn(drawn, '#00aa04')).toHaveLength(1);
    expect(textsOf(drawn)).toContain('alarm');
  });

  test.each<[string, unknown]>([
    ['a band', [{ value: 0.4, color: '#00aa04' }, { value: 0.6 }]],
    ['a threshold of the right axis', { value: 0.5, color: '#00aa04', yAxis: 'right' }],
  ])('leaves out %s', (_, annotation) => {
    const threshold = { value: 0.5, color: '#00aa05' };
    const drawn = draw(graph('Hit ratio', [zoneLine('b')], { annotations: { horizontal: [annotation, threshold] } }));
    expect(pathsIn(drawn, '#00aa04')).toEqual([]);
    expect(pathsIn(drawn, '#00aa05')).toHaveLength(1);
  });

  test('draws a second axis', () => {
    const latency = ['CdkMemcached', 'CanaryLatency', 'Cluster', 'cache', { label: 'latency', yAxis: 'right' }];
    const yAxis = { left: { min: 0, max: 1, label: 'success' }, right: { min: 0, label: 'ms' } };
    expect(textsOf(draw(graph('Canary', [zoneLine('b'), latency], { yAxis })))).toContain('ms');
  });

  test('of one value between gaps shows it', () => {
    const lonely: MetricSource = { ...source, valueAt: (_, minute) => (minute === 3 ? 0.5 : undefined) };
    const svgOf = (values: MetricSource) =>
      renderDashboard({ widgets: [graph('Lonely', [zoneLine('a')])] }, values, '');
    expect(svgOf(lonely).match(new RegExp(`fill="${COLORS.a}"`, 'g'))!.length).toBeGreaterThan(
      svgOf(source).match(new RegExp(`fill="${COLORS.a}"`, 'g'))!.length,
    );
  });

  test('leaves no name to be taken for that of another', () => {
    const two = draw(hitRatio, { ...hitRatio, x: 12 });
    const ids = [...two.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(two).not.toMatch(/\bzr\d/);
  });
});

describe('a graph without values says why', () => {
  test.each<[string, unknown[][], string]>([
    ['AWS’s own', [['AWS/ECS', 'CPUUtilization', 'ClusterName', 'ecs']], "AWS's own metric: not rehearsed"],
    ['expressions', [[{ expression: 'SEARCH(…)' }]], 'An expression: only CloudWatch evaluates it'],
    ['the probe’s', [zoneLine('c')], 'No data'],
    ['none', [], 'No metrics'],
  ])('%s', (_, metrics, why) => {
    expect(textsOf(draw(graph('Empty', metrics)))).toEqual(expect.arrayContaining(['Empty', why]));
  });
});

describe('other widgets', () => {
  test('text has its headings and lines', () => {
    const markdown = '## Traffic\nGood: the shape of the day.';
    const svg = draw({ type: 'text', x: 0, y: 0, width: 24, height: 2, properties: { markdown } });
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['Traffic', 'Good: the shape of the day.']));
  });

  test('long text is broken into lines', () => {
    const markdown = 'word '.repeat(100);
    const svg = draw({ type: 'text', width: 6, height: 6, properties: { markdown } });
    expect(textsOf(svg).filter((text) => text.startsWith('word')).length).toBeGreaterThan(5);
  });

  test('alarms show the events for which they fired; of one that is not known there is the name', () => {
    const alarms = ['arn:down', 'arn:zone', 'arn:resets', 'arn:of:a-stranger'];
    const svg = draw({ type: 'alarm', width: 24, height: 2, properties: { title: 'Alarms', alarms } });
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['Alarms', 'CacheDown', 'ZoneADown 1, 2', 'TargetResets', 'a-stranger']),
    );
    expect(svg.match(/<rect [^>]*fill="#fbdcd9"/g)).toHaveLength(1);
  });

  test.each<[string, Widget]>([
    ['an unknown type', { type: 'log', x: 0, y: 0, width: 6, height: 6, properties: { title: 'Log' } }],
    ['no properties', { type: 'metric' }],
    ['no text', { type: 'text' }],
    ['no alarms', { type: 'alarm' }],
    ['lines that are no metrics', graph('Odd', [[], [null], ['alone'], [{}]])],
  ])('%s is no reason to fail', (_, widget) => {
    expect(draw(widget, hitRatio)).toContain('</svg>');
  });

  test('a dashboard without widgets is a title', () => {
    expect(textsOf(draw())).toContain('A cache');
    expect(textsOf(renderDashboard({}, source, 'A cache'))).toContain('A cache');
  });
});

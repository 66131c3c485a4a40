import type { DashboardBody, Widget, WidgetProperties } from './body';
import { chartOf } from './chart';
import type { MetricSource } from './source';
import { COLORS, escaped, FONT, lineHeight, panel, textAt, textLines, wrapped } from './svg';

/** A unit of the dashboard's grid. */
const COLUMN = 50;
const ROW = 40;
const COLUMNS = 24;

const MARGIN = 16;
const GAP = 6;
const ALARMS_IN_A_LINE = 6;
const TITLE_SIZE = 18;
const NOTE_SIZE = 12;
const NO_BREAK = '\u00a0';
const PAGE_WIDTH = COLUMNS * COLUMN + 2 * MARGIN;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A dashboard with the values of a rehearsal, as one SVG. The same arguments give the same text. */
export function renderDashboard({ widgets = [] }: DashboardBody, source: MetricSource, title: string): string {
  const head = heading(source, title);
  const top = head.height + MARGIN;
  const bottom = Math.max(0, ...widgets.map(({ y = 0, height = 6 }) => y + height));
  const height = top + bottom * ROW + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PAGE_WIDTH}" height="${height}" viewBox="0 0 ${PAGE_WIDTH} ${height}" font-family="${FONT}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${PAGE_WIDTH}" height="${height}" fill="${COLORS.page}"/>`,
    head.svg,
    ...widgets.map((widget, i) => widgetSvg(widget, boxOf(widget, top), source, `w${i}`)),
    '</svg>',
    '',
  ].join('\n');
}

/** The title, what the picture is, and the key to the numbers on the lines of events. */
function heading({ events, minutes }: MetricSource, title: string): { svg: string; height: number } {
  const note = `Drawn from a rehearsal of ${minutes} minutes: one point a probe, each stands for a minute. Alarms in red fired for the events at their side; in grey, what is not rehearsed.`;
  const key = events
    .map(({ minute, label }, i) => `${i + 1} ${label} (${minute} min)`.replaceAll(' ', NO_BREAK))
    .join(', ');
  const lines = wrapped(events.length > 0 ? `${note} Dashed lines: ${key}` : note, PAGE_WIDTH - 2 * MARGIN, NOTE_SIZE);
  const first = MARGIN + TITLE_SIZE;
  const noteTop = first + lineHeight(NOTE_SIZE) + 4;
  return {
    svg: [
      textAt(MARGIN, first, title, { size: TITLE_SIZE, bold: true }),
      textLines(MARGIN, noteTop, lines, { size: NOTE_SIZE, color: COLORS.quiet }),
    ].join('\n'),
    height: noteTop + (lines.length - 1) * lineHeight(NOTE_SIZE),
  };
}

function boxOf({ x = 0, y = 0, width = 6, height = 6 }: Widget, top: number): Box {
  return {
    x: MARGIN + x * COLUMN + GAP / 2,
    y: top + y * ROW + GAP / 2,
    width: width * COLUMN - GAP,
    height: height * ROW - GAP,
  };
}

function widgetSvg({ type, properties = {} }: Widget, box: Box, source: MetricSource, id: string): string {
  if (type === 'text') return markdownSvg(properties.markdown ?? '', box);
  if (type === 'alarm') return alarmsSvg(properties, box, source);
  if (type === 'metric') return metricSvg(properties, box, source, id);
  return emptySvg(properties.title, box, `A widget of type ${type}: not drawn`);
}

function metricSvg(properties: WidgetProperties, box: Box, source: MetricSource, id: string): string {
  const chart = chartOf(properties, source, box);
  if (typeof chart === 'string') return emptySvg(properties.title, box, chart);
  const placed = chart.svg.replace('<svg ', `<svg x="${box.x}" y="${box.y}" `);
  return `${panelOf(box)}\n${renamed(placed, id)}`;
}

/** The library numbers names from the start of the process: here they tell widgets apart, and are always the same. */
function renamed(svg: string, id: string): string {
  const names = [...new Set(svg.match(/\bzr\d+-[\w-]+/g))];
  return svg.replace(/\bzr\d+-[\w-]+/g, (name) => `${id}-${names.indexOf(name)}`);
}

/** Headings and plain lines; links, lists and tables are not drawn. */
function markdownSvg(markdown: string, box: Box): string {
  const parts: string[] = [];
  let y = box.y;
  for (const line of markdown.split('\n')) {
    const [, marks = '', content = ''] = /^(#*)\s*(.*)$/.exec(line)!;
    const size = marks ? Math.max(13, 20 - 2 * marks.length) : 12;
    const lines = wrapped(content, box.width - 16, size);
    y += lineHeight(size) + (marks ? 4 : 2);
    parts.push(textLines(box.x + 4, y, lines, { size, bold: marks !== '', color: marks ? COLORS.text : COLORS.quiet }));
    y += (lines.length - 1) * lineHeight(size);
  }
  return parts.join('\n');
}

/** The alarms in a grid, with the events for which each has fired. */
function alarmsSvg({ title = 'Alarms', alarms = [] }: WidgetProperties, box: Box, source: MetricSource): string {
  const step = {
    x: (box.width - 16) / ALARMS_IN_A_LINE,
    y: (box.height - 34) / Math.ceil(alarms.length / ALARMS_IN_A_LINE),
  };
  return [
    panelOf(box),
    titleSvg(title, box),
    ...alarms.map((id, i) => {
      const { name, firedFor } = source.alarm(id) ?? { name: id.split(':').at(-1)! };
      const fired = firedFor !== undefined && firedFor.length > 0;
      const events = fired ? ` ${firedFor.join(', ')}` : '';
      const x = box.x + 8 + (i % ALARMS_IN_A_LINE) * step.x;
      const y = box.y + 28 + Math.floor(i / ALARMS_IN_A_LINE) * step.y;
      return [
        `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(step.x - 4).toFixed(1)}" height="${(step.y - 4).toFixed(1)}" rx="3" fill="${fired ? COLORS.alarm : COLORS.page}"/>`,
        textAt(Math.round(x) + 8, Math.round(y + step.y / 2 + 2), name + events, {
          size: 11,
          bold: fired,
          color: firedFor === undefined ? COLORS.quiet : COLORS.text,
        }),
      ].join('');
    }),
  ].join('\n');
}

function emptySvg(title = '', box: Box, why: string): string {
  return [
    panelOf(box),
    titleSvg(title, box),
    textAt(box.x + box.width / 2, box.y + box.height / 2, why, { color: COLORS.quiet, anchor: 'middle' }),
  ].join('\n');
}

const titleSvg = (title: string, { x, y }: Box): string => textAt(x + 8, y + 18, title, { size: 13, bold: true });

const panelOf = ({ x, y, width, height }: Box): string => panel(x, y, width, height);

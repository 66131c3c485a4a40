import {
  init,
  type EChartsOption,
  type LineSeriesOption,
  type MarkLineComponentOption,
  type YAXisComponentOption,
} from 'echarts';
import { type Annotation, type Axis, type Line, linesOf, thresholdsOf, type WidgetProperties } from './body';
import type { MetricRef, MetricSource } from './source';
import { COLORS, FONT, widthOf } from './svg';

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Values = (number | undefined)[];

/** A line that the source has values of. */
interface Drawn extends Line {
  readonly values: Values;
}

const TITLE_SIZE = 13;
const AXIS_WIDTH = 60;
const LEGEND_SIZE = 11;
const LEGEND_ICON = 14;
const LEGEND_GAP = 10;
const LEGEND_ROW = 16;

/** CloudWatch's own order. */
const PALETTE = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f'];

/** A metric widget as an SVG, or why there is nothing to draw. */
export function chartOf(properties: WidgetProperties, source: MetricSource, size: Size): { svg: string } | string {
  const lines = linesOf(properties);
  const drawn: Drawn[] = [];
  for (const line of lines) {
    const values = line.metric && valuesOf(line.metric, line.statistic, source);
    if (values) drawn.push({ ...line, values });
  }
  if (drawn.length === 0) return whyEmpty(lines);
  const missing = lines.filter((line) => !drawn.some(({ metric }) => metric === line.metric)).map(({ label }) => label);
  return { svg: drawSvg(optionOf(properties, drawn, missing, source, size), size) };
}

function valuesOf(metric: MetricRef, statistic: string | undefined, source: MetricSource): Values | undefined {
  const values = Array.from({ length: source.minutes }, (_, minute) => source.valueAt(metric, minute, statistic));
  return values.some((value) => value !== undefined) ? values : undefined;
}

function whyEmpty(lines: readonly Line[]): string {
  if (lines.length === 0) return 'No metrics';
  if (lines.every(({ metric }) => metric === undefined)) return 'An expression: only CloudWatch evaluates it';
  if (lines.every(({ metric }) => metric?.namespace.startsWith('AWS/'))) return "AWS's own metric: not rehearsed";
  return 'No data';
}

function optionOf(
  properties: WidgetProperties,
  drawn: readonly Drawn[],
  missing: readonly string[],
  source: MetricSource,
  { width }: Size,
): EChartsOption {
  const { title, yAxis } = properties;
  const hasRight = drawn.some(({ right }) => right);
  const quiet = { color: COLORS.quiet, fontSize: LEGEND_SIZE };
  return {
    animation: false,
    color: PALETTE,
    textStyle: { fontFamily: FONT },
    title: {
      text: title,
      subtext: missing.length > 0 ? `not rehearsed: ${missing.join(', ')}` : undefined,
      left: 8,
      top: 7,
      padding: 0,
      itemGap: 3,
      textStyle: { fontSize: TITLE_SIZE, color: COLORS.text },
      subtextStyle: quiet,
    },
    legend: {
      bottom: 4,
      left: 8,
      right: 8,
      data: drawn.map(({ label }) => label),
      icon: 'roundRect',
      itemWidth: LEGEND_ICON,
      itemHeight: 4,
      itemGap: LEGEND_GAP,
      padding: 0,
      textStyle: { ...quiet, lineHeight: LEGEND_ROW },
    },
    grid: {
      left: AXIS_WIDTH,
      right: hasRight ? AXIS_WIDTH : 16,
      top: missing.length > 0 ? 58 : 44,
      bottom: 20 + (LEGEND_ROW + LEGEND_GAP) * legendRows(drawn, width - 16),
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: Math.max(1, source.minutes - 1),
      axisLabel: { ...quiet, showMaxLabel: false, formatter: '{value} min' },
      axisLine: { onZero: false, lineStyle: { color: COLORS.border } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: [axisOf(yAxis?.left, 'left', drawn), ...(hasRight ? [axisOf(yAxis?.right, 'right', drawn)] : [])],
    series: drawn.map((line, i) => ({
      ...seriesOf(line),
      markLine: i === 0 ? marksOf(source.events, line.right ? [] : thresholdsOf(properties)) : undefined,
    })),
  };
}

function axisOf(axis: Axis = {}, position: 'left' | 'right', drawn: readonly Drawn[]): YAXisComponentOption {
  const values = drawn.filter(({ right }) => right === (position === 'right')).flatMap((line) => line.values);
  const flat = values.every((value) => !value);
  const { min, max = flat ? 1 : undefined, label } = axis;
  return {
    type: 'value',
    position,
    min,
    max,
    interval: min !== undefined && max !== undefined ? (max - min) / 4 : undefined,
    splitNumber: 4,
    name: label,
    nameLocation: 'middle',
    nameGap: 40,
    nameTextStyle: { color: COLORS.quiet, fontSize: LEGEND_SIZE },
    axisLabel: { color: COLORS.quiet, fontSize: LEGEND_SIZE, formatter: short },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: position === 'left', lineStyle: { color: '#e9ebed' } },
  };
}

function seriesOf({ label, color, right, values }: Drawn): LineSeriesOption {
  return {
    type: 'line',
    name: label,
    yAxisIndex: right ? 1 : 0,
    silent: true,
    symbol: 'none',
    lineStyle: { width: 1.6, color },
    itemStyle: { color },
    data: values.map((value, minute) => {
      const alone = values[minute - 1] === undefined && values[minute + 1] === undefined;
      return { value: [minute, value ?? '-'], symbol: alone ? 'circle' : 'none', symbolSize: 4 };
    }),
  };
}

/** Upright lines where something was broken, level ones at thresholds. */
function marksOf(events: MetricSource['events'], thresholds: readonly Annotation[]): MarkLineComponentOption {
  return {
    silent: true,
    symbol: 'none',
    label: { color: COLORS.event, fontSize: 10, distance: 6, opacity: 1, formatter: '{b}' },
    lineStyle: { color: COLORS.event, type: 'dashed', width: 1, opacity: 0.5 },
    data: [
      ...events.map(({ minute }, i) => ({ xAxis: minute, name: String(i + 1) })),
      ...thresholds.map(({ value, label = '', color = COLORS.event }) => ({
        yAxis: value,
        name: label,
        lineStyle: { color, type: 'solid' as const },
        label: { color, position: 'insideEndBottom' as const },
      })),
    ],
  };
}

/** Legends wrap: so many rows they need. */
function legendRows(drawn: readonly Drawn[], width: number): number {
  let rows = 1;
  let used = 0;
  for (const { label } of drawn) {
    const needed = LEGEND_ICON + 10 + widthOf(label, LEGEND_SIZE) + LEGEND_GAP;
    if (used > 0 && used + needed > width) {
      rows += 1;
      used = 0;
    }
    used += needed;
  }
  return rows;
}

const UNITS: readonly [number, string][] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Such as `1.5k`. */
function short(value: number): string {
  const [unit, letter] = UNITS.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  return `${Number((value / unit).toPrecision(3))}${letter}`;
}

function drawSvg(option: EChartsOption, { width, height }: Size): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Nobody clicks in a picture, and its root says the font.
  return svg.replace(/ (ecmeta_\w+|pointer-events|xml:space)="[^"]*"|font-family:[^;"]*;/g, '');
}

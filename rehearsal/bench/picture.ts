import { init, type EChartsOption } from 'echarts';
import { COLORS, FONT } from '../report/picture/svg';
import { besideDirect } from './goals';
import type { ThroughputResult } from './report';
import { pathNames } from './rows';

const size = { width: 1000, height: 420 };
const text = { color: COLORS.quiet, fontSize: 12 };

/** Throughput of each proxy beside the nodes without it: a group of bars for each load. */
export function benchPicture(results: readonly ThroughputResult[]): string {
  const paths = pathNames.filter((path) => path !== 'direct' && results.some((result) => besideDirect(result, path)));
  const option: EChartsOption = {
    animation: false,
    textStyle: { fontFamily: FONT },
    backgroundColor: COLORS.panel,
    title: {
      text: 'Throughput of one proxy, beside the nodes without it',
      left: 16,
      top: 12,
      textStyle: { fontSize: 15, color: COLORS.text },
    },
    legend: { bottom: 10, data: paths.map(String), itemWidth: 14, itemHeight: 8, textStyle: text },
    grid: { left: 56, right: 24, top: 56, bottom: 72 },
    xAxis: { type: 'category', data: results.map(({ row }) => row), axisLabel: text, axisTick: { show: false } },
    yAxis: { type: 'value', min: 0, axisLabel: text, splitLine: { lineStyle: { color: COLORS.border } } },
    series: paths.map((path) => ({
      type: 'bar',
      name: path,
      silent: true,
      data: results.map((result) => Number((besideDirect(result, path)?.median ?? 0).toFixed(3))),
    })),
  };
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg.replace(/ (ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')}\n`;
}

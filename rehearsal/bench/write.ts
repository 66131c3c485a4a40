import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchPicture } from './picture';
import type { BenchReport } from './report';
import { benchText } from './table';

/** Writes report.json, bench.md and, where throughput was measured, bench.svg; gives back what stands in the second. */
export function writeBench(folder: string, report: BenchReport): string {
  const text = benchText(report);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), JSON.stringify(report, undefined, 2) + '\n');
  writeFileSync(join(folder, 'bench.md'), text);
  if (report.throughput.length > 0) writeFileSync(join(folder, 'bench.svg'), benchPicture(report.throughput));
  return text;
}

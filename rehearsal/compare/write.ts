import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from './report';
import { comparisonText } from './table';

/** Writes compare.json and compare.md; gives back what stands in the latter. */
export function writeComparison(folder: string, comparison: Comparison): string {
  const text = comparisonText(comparison);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compare.json'), JSON.stringify(comparison, undefined, 2) + '\n');
  writeFileSync(join(folder, 'compare.md'), text);
  return text;
}

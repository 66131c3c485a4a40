import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cells } from './cells';
import type { ChaosCluster, Matrix } from './report';
import { matrixText } from './table';

const fileOf = (folder: string) => join(folder, 'chaos.json');

/** What earlier runs left in the folder; nothing when there was none. */
const readMatrix = (folder: string): Matrix | undefined =>
  existsSync(fileOf(folder)) ? (JSON.parse(readFileSync(fileOf(folder), 'utf8')) as Matrix) : undefined;

/** Adds to what earlier runs left in the folder, so that the matrix can be made in pieces. */
export function writeMatrix(folder: string, matrix: Matrix): string {
  const earlier = readMatrix(folder);
  const merged = earlier ? merge(earlier, matrix) : matrix;
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder), JSON.stringify(merged, undefined, 2) + '\n');
  writeFileSync(join(folder, 'chaos.md'), matrixText(merged));
  return fileOf(folder);
}

/** Cells that ran again replace those before; of a cluster whose template has changed nothing earlier is kept. */
export function merge(earlier: Matrix, later: Matrix): Matrix {
  const names = [...new Set([...earlier.clusters, ...later.clusters].map(keyOf))].sort();
  const clusters = names.map((name) => {
    const [before, now] = [earlier, later].map(({ clusters }) => clusters.find((each) => keyOf(each) === name));
    return before && now ? mergeCluster(before, now) : (now ?? before)!;
  });
  return { versions: { ...earlier.versions, ...later.versions }, clusters };
}

function mergeCluster(before: ChaosCluster, now: ChaosCluster): ChaosCluster {
  if (before.template.sha256 !== now.template.sha256) return now;
  const byName = new Map([...before.cells, ...now.cells].map((each) => [each.cell, each]));
  const order = cells.map(({ name }) => name);
  return { ...now, cells: [...byName.values()].sort((a, b) => order.indexOf(a.cell) - order.indexOf(b.cell)) };
}

const keyOf = ({ template, cluster }: ChaosCluster): string => `${template.stack} ${cluster}`;

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text that a proxy's container is given: the comments stay here. */
export function libraryText(...names: string[]): string {
  return names
    .map((name) =>
      readFileSync(join(__dirname, 'proxy-library', name), 'utf8').replace(/^ *(--|#) .*\n|^ +| -- .*$/gm, ''),
    )
    .join('');
}

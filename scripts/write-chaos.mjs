// Puts the table that `rehearse --chaos` has written between the marks of a document. `npm run chaos` ends with it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, document] = process.argv.slice(2);
const marks = ['<!-- the matrix begins -->', '<!-- the matrix ends -->'];

const text = readFileSync(document, 'utf8');
const [begin, end] = marks.map((mark) => text.indexOf(mark));
if (begin < 0 || end < begin)
  throw new Error(`${document} lacks '${marks.join("' and '")}': put them where the table goes`);
const matrix = readFileSync(join(folder, 'chaos.md'), 'utf8');
writeFileSync(document, `${text.slice(0, begin + marks[0].length)}\n\n${matrix}\n${text.slice(end)}`);
execFileSync('npx', ['prettier', '--write', document], { stdio: 'inherit' });

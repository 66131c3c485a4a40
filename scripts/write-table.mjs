// Puts a file that a command has written between the marks of a document: `npm run compare`, `npm run chaos` and `npm run bench` end with it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [file, document] = process.argv.slice(2);
const marks = ['<!-- the tables begin -->', '<!-- the tables end -->'];

const text = readFileSync(document, 'utf8');
const [begin, end] = marks.map((mark) => text.indexOf(mark));
if (begin < 0 || end < begin)
  throw new Error(`${document} lacks '${marks.join("' and '")}': put them where the tables go`);
const tables = readFileSync(file, 'utf8');
writeFileSync(document, `${text.slice(0, begin + marks[0].length)}\n\n${tables}\n${text.slice(end)}`);
execFileSync('npx', ['prettier', '--write', document], { stdio: 'inherit' });

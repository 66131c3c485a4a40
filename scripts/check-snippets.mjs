// Compiles every TypeScript snippet of the documents. jsii-rosetta reads the one README of an assembly, so it gets a copy
// of the assembly whose README is all pages, one after another.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
// Inside the repository, so that the snippets find what is installed here.
const COPY = join(ROOT, 'dist/snippets');

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => `docs/${name}`),
  'examples/README.md',
].filter((name) => name.endsWith('.md'));

/** Where each page begins in the text of all of them. */
const starts = [];
const lines = [];
for (const page of pages) {
  let text;
  try {
    text = readFileSync(join(ROOT, page), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') continue;
    throw error;
  }
  starts.push({ page, line: lines.length });
  lines.push(...text.split('\n'));
}

function place(line) {
  const { page, line: start } = starts.findLast(({ line: start }) => start < line);
  return `${page}:${line - start}`;
}

rmSync(COPY, { recursive: true, force: true });
mkdirSync(COPY, { recursive: true });
for (const name of ['lib', 'rosetta', 'package.json']) symlinkSync(relative(COPY, join(ROOT, name)), join(COPY, name));
const assembly = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
assembly.readme = { markdown: lines.join('\n') };
writeFileSync(join(COPY, '.jsii'), JSON.stringify(assembly));

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/jsii-rosetta/bin/jsii-rosetta'),
    ...['extract', '--compile', '--strict', '--output', 'rosetta.tabl.json', '.'],
  ],
  { cwd: COPY, encoding: 'utf8' },
);
const report = `${stdout}${stderr}`.replace(/\S*README-L(\d+)\.ts/g, (_, line) => place(Number(line)));
const snippets = lines.filter((line) => /^\s*```(ts|typescript)\b/.test(line)).length;
if (status !== 0) {
  console.error(report);
  console.error(`a snippet in ${starts.length} pages does not compile: correct it, or rosetta/default.ts-fixture`);
} else {
  console.log(`${snippets} snippets in ${starts.length} pages compile`);
}
rmSync(COPY, { recursive: true, force: true });
process.exit(status ?? 1);

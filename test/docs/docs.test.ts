import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ALARM, type ZoneAlarm } from '../../lib/contract/alarm-ids';

const ROOT = join(__dirname, '../..');
const MOST_LINES = 200;

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const inFolder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

const pages = [...readdirSync(ROOT), 'rehearsal/README.md', ...inFolder('docs'), ...inFolder('examples')].filter(
  (name) => name.endsWith('.md') && name !== 'API.md',
);

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The links of a page that lead to nothing. */
function brokenLinks(page: string): string[] {
  const targets = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path, anchor] = target.split('#') as [string, string?];
    const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
}

test('the README can be read in one sitting', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
});

test.each(pages)('every link of %s leads somewhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

const zoneAlarms: Record<ZoneAlarm, true> = {
  NodeUnreachable: true,
  Down: true,
  NodeLost: true,
  WithoutHealthyTarget: true,
};

test.each([...Object.values(ALARM), ...Object.keys(zoneAlarms).map((alarm) => `ZoneX${alarm}`)])(
  'operations say what to do when %s fires',
  (alarm) => {
    const row = read('docs/operations.md')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells[1] === `\`${alarm}\``);
    expect(row).toHaveLength(1);
    expect(row[0]!.slice(2, 4).every((cell) => cell !== '')).toBe(true);
  },
);

test('the list of decisions has the status and date of each', () => {
  const list = read('docs/decisions/README.md');
  const decisions = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d/.test(name));
  const missing = decisions.filter((name) => {
    const [, status, date] = /^Status: (.+), (\d{4}-\d\d-\d\d)$/m.exec(read(`docs/decisions/${name}`)) ?? [];
    const row = list.split('\n').find((line) => line.split('|')[1]?.includes(`(${name})`));
    return !status || !date || !row?.includes(status) || !row.includes(date);
  });
  expect(missing).toEqual([]);
});

import { onSteadyComputer } from '../../../rehearsal/scenarios/steady';

/** Runs that end as told, one after another, and how many were made. */
function runs(...ends: { kept: boolean; stallMs: number }[]) {
  let made = 0;
  const run = async () => {
    const { kept, stallMs } = ends[made++]!;
    return { errors: kept ? 0 : 1, kept, stallMs };
  };
  return { run, made: () => made };
}

const kept = { kept: true, stallMs: 500 };
const broken = { kept: false, stallMs: 99 };
const stalled = { kept: false, stallMs: 100 };

test.each([
  ['a kept promise counts, whatever the computer did', [kept], 1, true],
  ['a broken promise on a steady computer counts', [broken, kept], 1, false],
  ['a broken promise on a computer that stood still is tried again', [stalled, kept], 2, true],
  ['and still counts when the next run breaks it', [stalled, broken, kept], 2, false],
  ['but not for ever', [stalled, stalled, stalled, kept], 3, false],
])('%s', async (_, ends, count, survives) => {
  const { run, made } = runs(...ends);
  const said: string[] = [];
  const report = await onSteadyComputer(
    run,
    (result) => result.kept,
    (line) => said.push(line),
  );
  expect(made()).toBe(count);
  expect(report.kept).toBe(survives);
  expect(said).toHaveLength(count - 1);
});

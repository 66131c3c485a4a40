import { type AlarmState, isPending, stateAt } from '../../../rehearsal/alarms/evaluate';
import type { MetricAlarmPlan, MissingData } from '../../../rehearsal/assembly/plan';

const alarm: MetricAlarmPlan = {
  name: 'Low',
  ids: ['low'],
  metric: { namespace: 'CdkMemcached', name: 'Reachable', dimensions: {} },
  statistic: 'Average',
  periodMinutes: 1,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  comparison: 'LessThanThreshold',
  threshold: 1,
  missing: 'missing',
};

/** The minutes as AWS writes them, the last one last: `0` is well, `X` breaches, `-` is missing. */
function state(minutes: string, changes: Partial<MetricAlarmPlan> = {}, before: AlarmState = 'INSUFFICIENT_DATA') {
  const values = minutes.split(' ').map((each) => ({ '0': 1, X: 0, '-': undefined })[each]);
  return stateAt({ ...alarm, ...changes }, values.length - 1, (minute) => values[minute], before);
}

const treatments: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
/** What stays what it was: the tests begin without data. */
const kept = 'INSUFFICIENT_DATA';

// The tables of CloudWatch's guide.
test.each([
  ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
  ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - - - 0', ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', ['INSUFFICIENT_DATA', kept, 'ALARM', 'OK']],
  ['- - X - -', ['ALARM', kept, 'ALARM', 'OK']],
])('three of three: %s', (minutes, expected) =>
  expect(treatments.map((missing) => state(minutes, { missing }))).toEqual(expected),
);

test.each([
  ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', ['ALARM', kept, 'ALARM', 'OK']],
  ['- - - - X', [kept, kept, 'ALARM', 'OK']],
])('two of three: %s', (minutes, expected) =>
  expect(treatments.map((missing) => state(minutes, { missing, datapointsToAlarm: 2 }))).toEqual(expected),
);

test('what is ignored stays what it was', () => {
  expect(state('- - - - -', { missing: 'ignore' }, 'ALARM')).toBe('ALARM');
  expect(state('- - - - -', { missing: 'ignore' }, 'OK')).toBe('OK');
});

test.each([
  ['X X X 0 0', 'OK'],
  ['0 0 X X X', 'ALARM'],
  ['X X 0 X X', 'OK'],
])('only the last periods count: %s', (minutes, expected) => expect(state(minutes)).toBe(expected));

test.each<[string, number, string]>([
  ['GreaterThanThreshold', 2, 'OK'],
  ['GreaterThanOrEqualToThreshold', 2, 'ALARM'],
  ['LessThanThreshold', 2, 'OK'],
  ['LessThanOrEqualToThreshold', 2, 'ALARM'],
  ['GreaterThanThreshold', 3, 'ALARM'],
  ['LessThanThreshold', 1, 'ALARM'],
])('%s 2, with %d', (comparison, value, expected) =>
  expect(stateAt({ ...alarm, comparison, threshold: 2 }, 9, () => value, 'OK')).toBe(expected),
);

test.each<[string, number]>([
  ['Average', 3],
  ['Sum', 9],
  ['Minimum', 1],
  ['Maximum', 5],
  ['SampleCount', 3],
])('%s of a period of several minutes', (statistic, figure) => {
  const values = [1, 3, 5]; // and the same again, before and after
  const reached = (threshold: number) =>
    stateAt(
      { ...alarm, statistic, periodMinutes: 3, comparison: 'GreaterThanOrEqualToThreshold', threshold },
      20,
      (minute) => values[minute % 3],
      'OK',
    );
  expect([reached(figure), reached(figure + 0.1)]).toEqual(['ALARM', 'OK']);
});

test('what it does not know ends the rehearsal', () => {
  expect(() => state('X X X X X', { statistic: 'IQM' })).toThrow("statistic 'IQM', expected Average,Sum");
  expect(() => state('X X X X X', { comparison: 'Near' })).toThrow("compares by 'Near', expected Greater");
});

test.each<[string, number | undefined, MissingData, AlarmState, boolean]>([
  ['breaches', 0, 'missing', 'OK', true],
  ['has fired', 0, 'missing', 'ALARM', false],
  ['is well', 1, 'breaching', 'OK', false],
  ['is missing, which is as bad', undefined, 'breaching', 'OK', true],
  ['is missing, which is well', undefined, 'notBreaching', 'OK', false],
])('an alarm whose last minute %s', (_, value, missing, before, expected) =>
  expect(isPending({ ...alarm, missing }, 5, () => value, before)).toBe(expected),
);

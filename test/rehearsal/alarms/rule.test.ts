import { holds } from '../../../rehearsal/alarms/rule';

const stateOf = (id: string) => (id.startsWith('bad') ? 'ALARM' : id.startsWith('new') ? 'INSUFFICIENT_DATA' : 'OK');

test.each([
  ['ALARM("bad")', true],
  ['ALARM("arn:aws:cloudwatch:eu-west-1:1:alarm:good one")', false],
  ['ALARM(bad)', true],
  ['OK("good")', true],
  ['INSUFFICIENT_DATA("new")', true],
  ['NOT ALARM("bad")', false],
  ['TRUE AND NOT FALSE', true],
  ['ALARM("good") OR ALARM("bad")', true],
  ['ALARM("bad") OR ALARM("good")', true],
  ['ALARM("good") AND ALARM("bad")', false],
  ['ALARM("bad") OR ALARM("bad2") AND ALARM("good")', true],
  ['(ALARM("bad") OR ALARM("bad2")) AND ALARM("good")', false],
  ['NOT (ALARM("good") OR (OK("bad")))', true],
])('%s', (rule, expected) => expect(holds(rule, stateOf)).toBe(expected));

test.each([
  ['ALARM("a"', "has 'its end', expected )"],
  ['ALARM("a") ALARM("b")', "has 'ALARM', expected AND, OR or its end"],
  ['LOUD("a")', "has 'LOUD', expected a state"],
  ['', "has 'its end', expected more"],
])('%s is no rule', (rule, message) => expect(() => holds(rule, stateOf)).toThrow(message));

import { samplesOf } from '../../../rehearsal/probe/emf';

const line = (directive: object, members: object) =>
  JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: 'N', ...directive }] }, ...members });

const directive = { Dimensions: [['Cluster'], ['Cluster', 'Zone']], Metrics: [{ Name: 'Gets', Unit: 'None' }] };

test('each set of dimensions has each metric', () => {
  expect(samplesOf(line(directive, { Cluster: 'c', Zone: 'a', Gets: 2, Sets: 3 }))).toEqual([
    { metric: { namespace: 'N', name: 'Gets', dimensions: { Cluster: 'c' } }, value: 2 },
    { metric: { namespace: 'N', name: 'Gets', dimensions: { Cluster: 'c', Zone: 'a' } }, value: 2 },
  ]);
});

test.each([
  ['text', 'no news'],
  ['a number', '7'],
  ['null', 'null'],
  ['a line without the root', JSON.stringify({ type: 'node', Cluster: 'c', Gets: 2 })],
  ['a value that is missing', line(directive, { Cluster: 'c', Zone: 'a' })],
  ['a value that is no number', line(directive, { Cluster: 'c', Zone: 'a', Gets: '2' })],
  ['dimensions that are missing', line(directive, { Gets: 2 })],
  ['no dimensions and no metrics', line({}, { Gets: 2 })],
])('nothing is published by %s', (_, text) => expect(samplesOf(text)).toEqual([]));

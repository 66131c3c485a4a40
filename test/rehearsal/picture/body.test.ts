import { linesOf } from '../../../rehearsal/report/picture/body';

const GETS = { namespace: 'CdkMemcached', name: 'Gets', dimensions: { Cluster: 'cache', Zone: 'a' } };

test('a line has its metric, label, colour and axis', () => {
  const metrics = [
    ['CdkMemcached', 'Gets', 'Cluster', 'cache', 'Zone', 'a', { label: 'zone a', color: '#123456', yAxis: 'right' }],
  ];
  expect(linesOf({ metrics })).toEqual([{ metric: GETS, label: 'zone a', color: '#123456', right: true }]);
});

test('a metric without options is called by its name', () => {
  expect(linesOf({ metrics: [['CdkMemcached', 'Gets']] })).toMatchObject([{ label: 'Gets', right: false }]);
});

test.each([
  ['a dot is what stands above', ['.', '.', '.', '.', '.', 'b']],
  ['three dots are all that stands above', ['...', 'b']],
])('%s', (_, second) => {
  const first = ['CdkMemcached', 'Gets', 'Cluster', 'cache', 'Zone', 'a'];
  const [, line] = linesOf({ metrics: [first, second] });
  expect(line?.metric).toEqual({ ...GETS, dimensions: { Cluster: 'cache', Zone: 'b' } });
});

test('an expression has no metric', () => {
  const metrics = [[{ expression: 'SEARCH(...)', label: 'worst' }]];
  expect(linesOf({ metrics })).toMatchObject([{ metric: undefined, label: 'worst' }]);
});

test('what is not visible is no line, but can be referred to', () => {
  const metrics = [
    ['CdkMemcached', 'Gets', 'Cluster', 'cache', 'Zone', 'a', { visible: false }],
    ['.', 'Sets', '.', '.', '.', '.'],
  ];
  expect(linesOf({ metrics }).map(({ metric }) => metric)).toEqual([{ ...GETS, name: 'Sets' }]);
});

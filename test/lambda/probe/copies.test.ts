import { compareCopies, confirmed, type Copy, groupsOf, readCopies, readSample } from '../../../lambda/probe/copies';

const copy = (value: string, other: Partial<Copy> = {}): Copy => ({
  size: value.length,
  ttl: -1,
  flags: '0',
  value,
  ...other,
});

test('the nodes at the same place of their zones hold the same keys', () => {
  const nodes = ['a1', 'b1', 'a2', 'b2', 'a3'].map((name) => ({ name, zone: name[0] }));
  expect(groupsOf(nodes).map((group) => group.map(({ name }) => name))).toEqual([
    ['a1', 'b1'],
    ['a2', 'b2'],
  ]);
});

describe('what is wrong twice', () => {
  test.each<[string, (Copy | undefined)[], (Copy | undefined)[], number, number]>([
    ['the same', [copy('x'), copy('x')], [copy('x'), copy('x')], 0, 0],
    ['another value', [copy('x'), copy('y')], [copy('x'), copy('y')], 1, 0],
    ['other flags', [copy('x'), copy('x', { flags: '1' })], [copy('x'), copy('x', { flags: '1' })], 1, 0],
    [
      'a value only longer',
      [copy('x', { value: undefined }), copy('xy')],
      [copy('x', { value: undefined }), copy('xy')],
      1,
      0,
    ],
    [
      'later expiry',
      [copy('x', { ttl: 9 }), copy('x', { ttl: 60 })],
      [copy('x', { ttl: 8 }), copy('x', { ttl: 59 })],
      1,
      0,
    ],
    [
      'expiry in the next second',
      [copy('x', { ttl: 9 }), copy('x', { ttl: 10 })],
      [copy('x', { ttl: 8 }), copy('x', { ttl: 9 })],
      0,
      0,
    ],
    [
      'no expiry',
      [copy('x', { ttl: -1 }), copy('x', { ttl: 60 })],
      [copy('x', { ttl: -1 }), copy('x', { ttl: 59 })],
      1,
      0,
    ],
    ['a write that has arrived since', [copy('x'), copy('y')], [copy('y'), copy('y')], 0, 0],
    ['a key that is always being written', [copy('1'), copy('2')], [copy('7'), copy('8')], 0, 0],
    ['none in a zone', [copy('x'), undefined], [copy('x'), undefined], 0, 1],
    ['none in a zone, and then one', [copy('x'), undefined], [copy('x'), copy('x')], 0, 0],
    ['one about to expire', [copy('x', { ttl: 2 }), undefined], [copy('x', { ttl: 1 }), undefined], 0, 0],
    [
      'none in one zone, another value in the next',
      [copy('x'), undefined, copy('y')],
      [copy('x'), undefined, copy('y')],
      1,
      0,
    ],
  ])('%s', (_, before, now, differing, missing) => {
    const byNode = (copies: (Copy | undefined)[]) => copies.map((each) => [each]);
    expect(confirmed(byNode(before), byNode(now))).toEqual({ differing, missing });
  });
});

describe('answers', () => {
  test('with values, without, and none', () => {
    const text = 'VA 4 s4 t-1 f3\r\na\r\nb\r\nEN\r\nHD s5000 t17 f0\r\n';
    const copies = [copy('a\r\nb', { flags: '3' }), undefined, { size: 5000, ttl: 17, flags: '0' }];
    expect(readCopies(3)(text, false)).toEqual(copies);
    for (let end = 0; end < text.length; end++) expect(readCopies(3)(text.slice(0, end), false)).toBeUndefined();
    expect(() => readCopies(1)('SERVER_ERROR out of memory\r\n', false)).toThrow('no copy: ');
  });

  test('the keys of a node, without those of the library', () => {
    const text = 'mg one\r\nmg dHdv b\r\nmg cdk-memcached.debts.10.0.1.10:11211\r\nmg three\r\n';
    expect(readSample(1000)(text, false)).toBeUndefined();
    expect(readSample(1000)(`${text}EN\r\n`, false)!.sort()).toEqual(['dHdv b', 'one', 'three']);
    expect(readSample(1000)('EN\r\n', false)).toEqual([]);
    expect(readSample(20)(`${text}mg ha`, false)).toEqual(['one', 'dHdv b', 'three']);
    for (const refusal of ['BUSY currently processing crawler request\r\n', 'ERROR metadump not allowed\r\n']) {
      expect(() => readSample(1)(refusal, false)).toThrow('no keys: ');
    }
  });
});

test('nodes that cannot be asked say nothing', async () => {
  expect(
    await compareCopies(
      [
        [
          { host: '127.0.0.1', port: 1 },
          { host: '127.0.0.1', port: 2 },
        ],
      ],
      Infinity,
    ),
  ).toEqual({});
});

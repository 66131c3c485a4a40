import { answerMessage, questionOf } from '../../../rehearsal/cloud/dns/message';
import { answerTo, type DnsRecord } from '../../../rehearsal/cloud/dns/records';
import type { Affinity } from '../../../rehearsal/assembly/plan';

const record = (zone: string, affinity: Affinity): DnsRecord => ({
  name: 'endpoint',
  address: `10.0.${zone.charCodeAt(0) - 97}.4`,
  ttl: 60,
  zonal: { zone, affinity },
});
const endpoint = (affinity: Affinity): DnsRecord[] => ['a', 'b', 'c'].map((zone) => record(zone, affinity));
const addresses = (records: readonly DnsRecord[]): string[] => records.map(({ address }) => address).sort();
const every = ['10.0.0.4', '10.0.1.4', '10.0.2.4'];

describe('what a client of a zone is told', () => {
  const tell = (affinity: Affinity, zone: string | undefined, chance = 0.5) =>
    addresses(answerTo(endpoint(affinity), 'Endpoint', zone, () => chance));

  test('without affinity: all addresses', () => expect(tell('any', 'b')).toEqual(every));

  test('with affinity: the one of its zone', () => expect(tell('zone', 'b')).toEqual(['10.0.1.4']));

  test.each([
    [0.84, ['10.0.1.4']],
    [0.86, every],
  ])('with a partial one, by a chance of %p, so 85 times of 100 the one of its zone', (chance, told) =>
    expect(tell('partial', 'b', chance)).toEqual(told),
  );

  test('all of them where its zone is not known, or has none', () => {
    expect(tell('zone', undefined)).toEqual(every);
    expect(tell('zone', 'd')).toEqual(every);
  });

  test('nothing of another name', () => expect(answerTo(endpoint('any'), 'node', 'a', () => 0)).toEqual([]));
});

describe('a message', () => {
  /** What `getaddrinfo` sends: a recursive question, with an option behind it. */
  const ask = (name: string, type: number): Buffer => {
    const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
    return Buffer.from([
      0xab,
      0xcd,
      1,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      0,
      1,
      ...labels,
      0,
      0,
      type,
      0,
      1,
      0,
      0,
      41,
      4,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
  };
  const answer = (name: string, type: number, records: readonly DnsRecord[]): Buffer => {
    const asked = ask(name, type);
    return answerMessage(asked, questionOf(asked)!, records);
  };

  test('is read up to the end of its question', () => {
    expect(questionOf(ask('node.cache.internal', 28))).toMatchObject({ name: 'node.cache.internal', type: 28 });
    expect(questionOf(Buffer.from('short'))).toBeUndefined();
    expect(questionOf(ask('node', 1).subarray(0, 15))).toBeUndefined();
  });

  test('has the addresses and how long they hold', () => {
    const message = answer('endpoint', 1, [record('b', 'any')]);
    expect([...message.subarray(0, 12)]).toEqual([0xab, 0xcd, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    expect([...message.subarray(-16)]).toEqual([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 1, 4]);
  });

  test('says of an address of version 6 that there is none, and of a name that there is none', () => {
    const [noData, noName] = [answer('endpoint', 28, endpoint('any')), answer('gone', 1, [])];
    expect([noData.readUInt16BE(2) & 15, noData.readUInt16BE(6)]).toEqual([0, 0]);
    expect(noName.readUInt16BE(2) & 15).toBe(3);
  });
});

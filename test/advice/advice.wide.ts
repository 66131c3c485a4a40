import { said } from './attempts';
import { CASES_OF_NODES_AND_NETWORK } from './nodes-and-network';
import { CASES_OF_ROUTING_AND_MONITORING } from './routing-and-monitoring';
import { CASES_OF_SIDECARS } from './sidecars';
import { advices } from './source';

const known = advices();
const followed = new Set<string>();

test.each([...CASES_OF_NODES_AND_NETWORK, ...CASES_OF_ROUTING_AND_MONITORING, ...CASES_OF_SIDECARS])(
  'the advice on %s works',
  (_, wrong, ...ways) => {
    const messages = said(wrong);
    const advised = known.filter(({ pattern }) => messages.some((message) => pattern.test(message)));
    expect(messages).not.toEqual([]);
    expect(advised).not.toEqual([]);
    for (const { place, pattern } of advised) followed.add(`${place} ${pattern}`);
    for (const way of ways) {
      const left = said(way);
      // Warnings of other things may stay; the advised one, and an error, may not.
      expect(left.filter((message) => messages.includes(message) || !message.includes('[ack: '))).toEqual([]);
    }
  },
);

test('each advice of the library has been followed', () => {
  const left = known.map(({ place, pattern }) => `${place} ${pattern}`).filter((each) => !followed.has(each));
  expect(known.length).toBeGreaterThan(50);
  expect(left).toEqual([]);
});

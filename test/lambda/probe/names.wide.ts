import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Names } from '../../../lambda/probe/names';

let server: Socket;
let questions: number;
let answers: () => string[] | undefined;

/** A resolver that gives other addresses each time, as Route 53 does of a name that has many. */
beforeEach(async () => {
  questions = 0;
  server = createSocket('udp4').bind(0, '127.0.0.1');
  server.on('message', (question, from) => {
    questions++;
    const addresses = answers();
    if (addresses) server.send(reply(question, addresses), from.port);
  });
  await once(server, 'listening');
});

afterEach(() => server.close());

const names = () => new Names([`127.0.0.1:${server.address().port}`]);

/** The question with its answers; without one the name does not exist. */
function reply(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(addresses.length > 0 ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 10);
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...records]);
}

const many = Array.from({ length: 12 }, (_, i) => `10.0.0.${i + 1}`);

test('an address is its own', async () => {
  expect(await names().addresses('10.0.0.1')).toEqual(['10.0.0.1']);
  expect(questions).toBe(0);
});

test('a few addresses are known from one answer', async () => {
  answers = () => ['10.0.0.1', '10.0.0.2'];
  expect(await names().addresses('proxies.internal', ['10.0.0.9'])).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(questions).toBe(1);
});

test('many are gathered from several answers, and from what was known', async () => {
  answers = () => Array.from({ length: 8 }, (_, i) => many[(i + questions * 3) % 11]);
  const gathered = await names().addresses('proxies.internal', ['10.0.0.12']);
  expect(new Set(gathered)).toEqual(new Set(many));
  expect(gathered).toHaveLength(12);
});

test('a name that does not exist is told of', async () => {
  answers = () => [];
  await expect(names().address('gone.internal')).rejects.toThrow(/^gone\.internal has no address: .*ENOTFOUND/);
});

test('a resolver that is silent does not hold anything up', async () => {
  answers = () => undefined;
  const start = performance.now();
  const asked = names();
  const all = Array.from({ length: 100 }, (_, i) => asked.address(`a${i}.internal`).catch((error) => error.message));
  for (const message of await Promise.all(all)) expect(message).toMatch(/ has no address: /);
  expect(performance.now() - start).toBeLessThan(3000);
});

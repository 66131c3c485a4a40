import { setTimeout as wait } from 'node:timers/promises';
import { converse } from '../../../lambda/probe/conversation';
import type { Address } from '../../../lib/contract/probe-event';
import { readHaproxy, readTwemproxy } from '../../../lambda/probe/proxy-statistics';
import { readStatistics } from '../../../lambda/probe/statistics';
import { answering, openConnections, serve, stopServers } from './servers';

afterEach(stopServers);

const soon = () => performance.now() + 60_000;
const ask = (address: Address, deadline = soon()) =>
  converse(address, deadline, (say) => say('stats\r\n', readStatistics));

test('an answer that comes in pieces is read whole', async () => {
  const pieces = ['ST', 'AT pid 1\r', '\nSTAT version WEEKEND\r\n', 'EN', 'D\r\n'];
  const address = await serve((socket) => {
    socket.on('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await wait(5);
      }
    });
  });
  expect(await ask(address)).toEqual({ pid: '1', version: 'WEEKEND' });
});

test('several questions go over one connection, which is closed after the last', async () => {
  let connections = 0;
  const address = await serve((socket, count) => {
    connections = count;
    answering('STAT a 1\r\nEND\r\n', 'STAT b 2\r\nEND\r\n')(socket);
  });
  const both = converse(address, soon(), async (say) => [
    await say('stats\r\n', readStatistics),
    await say('stats proxy\r\n', readStatistics),
  ]);
  expect(await both).toEqual([{ a: '1' }, { b: '2' }]);
  expect(connections).toBe(1);
  await wait(20);
  expect(openConnections()).toBe(0);
});

describe('a bad server is told of, in time, and left', () => {
  const endless = (text: string) => (socket: { write(text: string): boolean; once: any }) => {
    const block = text.repeat(8192);
    const more = () => {
      while (socket.write(block));
      socket.once('drain', more);
    };
    more();
  };

  test.each([
    ['is silent', () => {}, 'no whole answer in 1500 ms'],
    [
      'says half a line',
      answering('STAT pid 1\r\nSTAT upt'),
      "no whole answer in 1500 ms, only 'STAT pid 1..STAT upt'",
    ],
    ['says garbage', answering('\x00\x16\x03\u00ffHTTP'), "no statistics: '.....HTTP'"],
    ['says garbage between lines', answering('STAT pid 1\r\nsurprise\r\nEND\r\n'), "no statistics: 'surprise'"],
    ['says garbage for ever', endless('garbage '), /^no statistics: 'garbage garbage [a ]*.{1,80}'$/],
    ['says lines for ever', endless('STAT pid 1\r\n'), /^more than 1048576 bytes came: 'STAT pid 1\.\.STAT/],
    ['refuses the command', answering('ERROR\r\n'), "no statistics: 'ERROR..'"],
    ['closes at once', (socket) => socket.end(), 'the connection was closed after nothing'],
    ['closes midway', (socket) => socket.end('STAT pid 1\r\n'), "the connection was closed after 'STAT pid 1..'"],
    ['resets midway', (socket) => socket.on('data', () => socket.resetAndDestroy()), /ECONNRESET/],
  ] as [string, Parameters<typeof serve>[0], string | RegExp][])('that %s', async (_, act, message) => {
    const start = performance.now();
    await expect(ask(await serve(act))).rejects.toThrow(message);
    expect(performance.now() - start).toBeLessThan(2500);
    await wait(50);
    expect(openConnections()).toBe(0);
  });

  test('that is not there', async () => {
    const address = await serve(() => {});
    await stopServers();
    await expect(ask(address)).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    ['a page of statistics', readHaproxy],
    ['statistics in JSON', readTwemproxy],
  ])('that serves garbage for %s', async (_, read) => {
    const garbage = await serve(endless('garbage '));
    await expect(converse<unknown>(garbage, soon(), (say) => say<unknown>('', read))).rejects.toThrow(
      /^no statistics: 'garb/,
    );
    const silent = await serve(() => {});
    await expect(converse<unknown>(silent, performance.now() + 100, (say) => say<unknown>('', read))).rejects.toThrow(
      'no whole answer',
    );
  });
});

test('nothing outlasts the deadline of the run', async () => {
  const silent = await serve(() => {});
  const start = performance.now();
  await expect(ask(silent, start + 100)).rejects.toThrow(/^no whole answer in \d+ ms$/);
  await expect(ask(silent, start - 100)).rejects.toThrow('not asked');
  expect(performance.now() - start).toBeLessThan(500);
});

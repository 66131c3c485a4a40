import { canary } from '../../../lambda/probe/canary';
import { Names } from '../../../lambda/probe/names';
import { answering, serve, stopServers } from './servers';

afterEach(stopServers);

const soon = () => performance.now() + 60_000;

/** A cache of one value, which it may give back changed. */
const cache =
  (changed: (said: string) => string = (said) => said) =>
  (socket: { on: any; write: any }): void => {
    let held = '';
    socket.on('data', (data: Buffer) => {
      const [command, value] = String(data).split('\r\n');
      const [verb, key] = command.split(' ');
      if (verb === 'set') held = value;
      socket.write(verb === 'set' ? 'STORED\r\n' : changed(`VALUE ${key} 0 ${held.length}\r\n${held}\r\nEND\r\n`));
    });
  };

test('what was written is read', async () => {
  expect(await canary(await serve(cache()), new Names(), soon())).toEqual({ milliseconds: expect.any(Number) });
});

test('a client that is told to tries again, on another connection', async () => {
  const address = await serve((socket, count) => (count === 1 ? socket.destroy() : cache()(socket)));
  expect(await canary(address, new Names(), soon())).toEqual({ milliseconds: expect.any(Number) });
});

test('a client that is told to tries another address, where there is one', async () => {
  const { port } = await serve(cache());
  const names = { addresses: async () => ['127.9.9.9', '127.0.0.1'] } as unknown as Names;
  expect(await canary({ host: 'cache', port }, names, soon())).toEqual({ milliseconds: expect.any(Number) });
});

test.each([
  [
    'another value',
    cache((said) => said.replace(/\n[^V].*\r\nEND/, '\nother-value-of16\r\nEND')),
    /^get was answered with 'VALUE/,
  ],
  ['nothing', answering('STORED\r\n', 'END\r\n'), "get was answered with 'END..'"],
  ['an error', answering('SERVER_ERROR out of memory\r\n'), "set was answered with 'SERVER_ERROR out of memory..'"],
  ['half a value', cache((said) => said.slice(0, 50)), /^no whole answer in 1500 ms, only 'VALUE/],
])('it fails where %s is read', async (_, act, error) => {
  let connections = 0;
  const address = await serve((socket, count) => {
    connections = count;
    act(socket);
  });
  const result = await canary(address, new Names(), soon());
  expect(result).toEqual({ error: typeof error === 'string' ? error : expect.stringMatching(error) });
  expect(connections).toBe(2);
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { libraries } from '../../../rehearsal/load/libraries';
import { libraryNames } from '../../../rehearsal/load/library-names';

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer((socket) =>
    socket.on('data', (data) => {
      asked.push(data.toString().split('\r\n')[0]!);
      socket.write('STORED\r\n');
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

test.each(libraryNames)('what %s stores does not expire while a fault lasts', async (name) => {
  const client = libraries[name]([`127.0.0.1:${(server.address() as AddressInfo).port}`]);
  await client.set('key', 'value');
  client.reconnect();
  expect(asked).toEqual([expect.stringMatching(/^set key \d+ 0 5$/)]);
});

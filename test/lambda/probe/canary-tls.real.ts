import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { canary } from '../../../lambda/probe/canary';
import { Names } from '../../../lambda/probe/names';
import type { ProbedTls } from '../../../lib/contract/probe-event';
import { certificatesScript } from '../../../rehearsal/cloud/certificates';
import { runTool } from '../../../rehearsal/tools/run-tool';

const NAME = 'cache.example.com';
const SHOW = 'cat authority.pem; echo then; cat server.pem';

let server: Server;
let authority: string;
let stranger: string;

const made = async (): Promise<string[]> => {
  const { code, stdout, stderr } = await runTool(['sh', '-ec', `${certificatesScript(NAME)}\n${SHOW}`]);
  if (code !== 0) throw new Error(stderr);
  return stdout.split('then\n');
};

beforeAll(async () => {
  const [[own, certificate], [other]] = await Promise.all([made(), made()]);
  [authority, stranger] = [own, other];
  // A cache of one value.
  let held = '';
  server = createServer({ cert: certificate, key: certificate }, (socket) => {
    socket.on('error', () => {}); // the canary leaves when the certificate is wrong
    socket.on('data', (data) => {
      const [command, value] = String(data).split('\r\n');
      const [verb, key] = command.split(' ');
      if (verb === 'set') held = value;
      socket.write(verb === 'set' ? 'STORED\r\n' : `VALUE ${key} 0 ${held.length}\r\n${held}\r\nEND\r\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => server.close());

const through = (tls: ProbedTls) => {
  const { port } = server.address() as AddressInfo;
  return canary({ host: '127.0.0.1', port, tls }, new Names(), performance.now() + 10_000);
};

test('the canary reads what it wrote through a server whose certificate is for the name', async () => {
  expect(await through({ name: NAME, authorities: authority })).toEqual({ milliseconds: expect.any(Number) });
});

test.each([
  ['is for another name', () => ({ name: 'other.example.com', authorities: authority }), /altnames/],
  ['is of another authority', () => ({ name: NAME, authorities: stranger }), /certificate|signature/],
  ['is of no public authority', () => ({ name: NAME }), /certificate/],
])('it fails where the certificate %s', async (_, tls, error) => {
  expect(await through(tls())).toEqual({ error: expect.stringMatching(error) });
});

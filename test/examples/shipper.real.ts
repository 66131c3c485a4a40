import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const SHIPPER = join(__dirname, '../../examples/with-opensearch/shipper/index.mjs');

/** Runs a line of the shipper's own module, as Lambda's Node.js would. */
async function shipper(line: string, environment: Record<string, string> = {}): Promise<string> {
  const script = `import { handler, sign } from '${SHIPPER}'; ${line}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1', ...environment },
  });
  return stdout;
}

const time = Date.UTC(2026, 4, 7, 23, 59, 59, 500);
const BATCH = {
  messageType: 'DATA_MESSAGE',
  logStream: 'nodes/memcached/a1/i-1',
  logEvents: [
    { id: '1', timestamp: time, message: '{"process":"memcached","role":"node","message":"a \\"word\\""}' },
    { id: '2', timestamp: time, message: '{"type":"node","Node":"a1","HitRatio":0.5,"_aws":{"Timestamp":1}}' },
    { id: '3', timestamp: time + 1000, message: 'plain' },
    { id: '4', timestamp: time, message: '{half' },
  ],
};

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Ships a batch to a server that answers as given; returns what it was sent. */
async function ship(batch: object, answer: object = { items: [] }, status = 200): Promise<Request[]> {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({
      method: request.method,
      path: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(status).end(JSON.stringify(request.url === '/_bulk' ? answer : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const data = gzipSync(JSON.stringify(batch)).toString('base64');
  try {
    const ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await shipper(`await handler({ awslogs: { data: '${data}' } })`, { ENDPOINT });
  } finally {
    server.close();
  }
  return requests;
}

test('each event becomes a document of its day, with its figures as fields', async () => {
  const [template, { method, path, headers, body }] = await ship(BATCH);
  expect(`${template.method} ${template.path}`).toBe('PUT /_index_template/cache');
  expect(JSON.stringify(JSON.parse(template.body))).toContain(
    '"match_mapping_type":"long","mapping":{"type":"double"}',
  );
  expect(`${method} ${path}`).toBe('POST /_bulk');
  expect(headers.authorization).toMatch(/Credential=AKID\/\d{8}\/eu-west-1\/es\/aws4_request/);
  const event = { '@timestamp': '2026-05-07T23:59:59.500Z', stream: 'nodes/memcached/a1/i-1' };
  expect(
    body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { index: { _index: 'cache-2026-05-07', _id: '1' } },
    { ...event, process: 'memcached', role: 'node', message: 'a "word"' },
    { index: { _index: 'cache-2026-05-07', _id: '2' } },
    { ...event, type: 'node', Node: 'a1', HitRatio: 0.5 },
    { index: { _index: 'cache-2026-05-08', _id: '3' } },
    { ...event, '@timestamp': '2026-05-08T00:00:00.500Z', message: 'plain' },
    { index: { _index: 'cache-2026-05-07', _id: '4' } },
    { ...event, message: '{half' },
  ]);
});

test('what CloudWatch sends to see whether it is there becomes nothing', async () => {
  expect(await ship({ messageType: 'CONTROL_MESSAGE', logEvents: [] })).toEqual([]);
});

test.each([
  ['the domain refuses it', {}, 403],
  ['it refuses an event', { items: [{ index: { status: 201 } }, { index: { error: { type: 'mapper' } } }] }, 200],
])('a batch fails when %s, so that it comes again', async (_, answer, status) => {
  await expect(ship(BATCH, answer, status)).rejects.toThrow(/answered 403|an event was refused: .*mapper/);
});

test('signs as AWS’s published example of an empty POST', async () => {
  const request = `{ method: 'POST', host: 'example.amazonaws.com', path: '/', body: '', region: 'us-east-1', service: 'service',
    date: new Date('2015-08-30T12:36:00Z') }`;
  const credentials = `{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }`;
  expect(await shipper(`console.log(sign(${request}, ${credentials}).authorization)`)).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b\n',
  );
});

import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { URL } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Without it the first figure of a day decides the type of a field: after a whole number, fractions would be cut off. */
const TEMPLATE = {
  index_patterns: ['cache-*'],
  template: {
    mappings: { dynamic_templates: [{ figures: { match_mapping_type: 'long', mapping: { type: 'double' } } }] },
  },
};
let prepared = false;

/** Takes a batch of a log group's events, as a subscription filter sends them, into an index for each day. */
export async function handler({ awslogs }) {
  const batch = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString());
  if (batch.messageType !== 'DATA_MESSAGE') return;
  const lines = batch.logEvents.flatMap(({ id, timestamp, message }) => {
    const time = new Date(timestamp).toISOString();
    const index = `cache-${time.slice(0, 10)}`;
    // A batch can come twice: the event's own id keeps it from being there twice.
    return [{ index: { _index: index, _id: id } }, { '@timestamp': time, stream: batch.logStream, ...fields(message) }];
  });
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (!prepared) await send('PUT', '/_index_template/cache', JSON.stringify(TEMPLATE));
  prepared = true;
  const { items } = await send('POST', '/_bulk', body);
  const refused = items.find((item) => item.index.error);
  if (refused) throw new Error(`an event was refused: ${JSON.stringify(refused.index.error)}`);
}

async function send(method, path, body) {
  const { AWS_REGION: region, ENDPOINT: endpoint } = process.env;
  const url = new URL(path, endpoint);
  const headers = sign({ method, host: url.host, path, body, region, service: 'es', date: new Date() });
  const type = path === '/_bulk' ? 'application/x-ndjson' : 'application/json';
  const response = await globalThis.fetch(url, { method, headers: { ...headers, 'content-type': type }, body });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer}`);
  return JSON.parse(answer);
}

/** What a cache logs is JSON; what else there is, is kept as it is. */
function fields(message) {
  if (!message.startsWith('{')) return { message };
  try {
    const line = JSON.parse(message);
    // What makes metrics of a line is none of its figures.
    delete line._aws;
    return line;
  } catch {
    return { message };
  }
}

/** The headers that sign a request as the function's role (AWS Signature, version 4). */
export function sign({ method, host, path, body, region, service, date }, credentials = process.env) {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = credentials;
  const time = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const headers = { 'x-amz-date': time, ...(token ? { 'x-amz-security-token': token } : {}) };
  const signed = Object.entries({ host, ...headers });
  const names = signed.map(([name]) => name).join(';');
  const request = [method, path, '', ...signed.map((header) => header.join(':')), '', names, hash(body)].join('\n');
  const key = scope.reduce((key, part) => hmac(key, part), `AWS4${secret}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), hash(request)].join('\n')).toString('hex');
  const credential = [id, ...scope].join('/');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

const hash = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

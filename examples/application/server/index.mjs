// A shop that shows the prices of its products: HTTP on one side, PostgreSQL and memcached on the other.
import { createServer } from 'node:http';
import { MemcacheClient } from 'memcache-client';
import pg from 'pg';
import { MetaClient } from './stampede/meta-client.mjs';
import { MetaStore } from './stampede/meta-store.mjs';
import { ReadThrough } from './stampede/read-through.mjs';
import { TextStore } from './stampede/text-store.mjs';

const { MEMCACHED, CACHE_TIMEOUT_MS, STAMPEDE_PROTECTION = 'recache', PORT = '8080' } = process.env;
const timeoutMs = Number(CACHE_TIMEOUT_MS);

const stores = {
  recache: () => {
    const [host, port] = MEMCACHED.split(':');
    return new MetaStore(new MetaClient({ host, port: Number(port), timeoutMs }));
  },
  lock: () =>
    new TextStore(new MemcacheClient({ server: MEMCACHED, cmdTimeout: timeoutMs, connectTimeout: timeoutMs })),
};
const cache = new ReadThrough(stores[STAMPEDE_PROTECTION](), {
  onError: ({ message }) => console.error(`cache: ${message}`),
});

// Its address and password come from PGHOST, PGUSER, PGPASSWORD and PGDATABASE.
const database = new pg.Pool({ connectionTimeoutMillis: 2000, statement_timeout: 5000 });
database.on('error', ({ message }) => console.error(`database: ${message}`));
await database.query(
  'create table if not exists product (id text primary key, name text not null, cents integer not null)',
);

const keyOf = (id) => `product/${id}`;

async function read(id) {
  return cache.get(keyOf(id), async () => {
    const { rows } = await database.query('select id, name, cents from product where id = $1', [id]);
    return rows[0] ?? null; // that there is none is worth remembering too
  });
}

async function write(id, { name, cents }) {
  await database.query(
    'insert into product (id, name, cents) values ($1, $2, $3) on conflict (id) do update set name = $2, cents = $3',
    [id, name, cents],
  );
  await cache.invalidate(keyOf(id)).catch(({ message }) => console.error(`cache: ${message}`));
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

async function answer(request) {
  if (request.url === '/health') return [200, 'well'];
  const [, id] = /^\/products\/([\w-]{1,100})$/.exec(request.url) ?? [];
  if (id === undefined) return [404, 'not found'];
  if (request.method === 'PUT') {
    await write(id, await bodyOf(request));
    return [200, 'stored'];
  }
  const product = await read(id);
  return product === null ? [404, 'not found'] : [200, product];
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => {
    console.error(error);
    return [500, 'try again'];
  });
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(Number(PORT), () => console.log(`listening at ${PORT}, protected by ${STAMPEDE_PROTECTION}`));
process.once('SIGTERM', () => server.close(() => process.exit()));

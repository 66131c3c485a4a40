// PostgreSQL with a few products, on 127.0.0.1:5432. It takes its time for a product, and tells at port 5433 how often it was
// asked for one since the last look.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';

const ORIGIN_MS = 300;
const SSL_REQUEST = 80877103;
/** A query, and the end of one that comes in several messages. */
const ENDS = ['Q', 'S'];

const db = await PGlite.create();
await db.exec(`
  create table product (id text primary key, name text not null, cents integer not null);
  insert into product select 'p' || n, 'Product ' || n, n * 100 from generate_series(1, 99) as n;`);

let reads = 0;

async function answer(socket, messages) {
  if (messages.some((message) => message.includes('from product where'))) {
    reads += 1;
    await sleep(ORIGIN_MS);
  }
  for (const message of messages) socket.write(await db.execProtocolRaw(message));
}

// It is one session, so clients take turns, each until its query is through.
let turn = Promise.resolve();

function serve(socket) {
  let received = Buffer.alloc(0);
  let messages = [];
  let started = false;
  const handle = (message) => {
    if (!started && message.readInt32BE(4) === SSL_REQUEST) return void socket.write('N');
    const kind = started ? String.fromCharCode(message[0]) : 'Q';
    started = true;
    if (kind === 'X') return void socket.end();
    messages.push(message);
    if (!ENDS.includes(kind)) return;
    const whole = messages;
    messages = [];
    turn = turn.then(() => answer(socket, whole)).catch(console.error);
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      // A message has a letter and its length; the first has no letter.
      const letter = started ? 1 : 0;
      if (received.length < letter + 4) return;
      const length = letter + received.readInt32BE(letter);
      if (received.length < length) return;
      const message = received.subarray(0, length);
      received = received.subarray(length);
      handle(message);
    }
  });
}

createServer(serve).listen(5432, '127.0.0.1');
createHttpServer((_, response) => {
  response.end(String(reads));
  reads = 0;
}).listen(5433, '0.0.0.0', () => console.log('ready'));

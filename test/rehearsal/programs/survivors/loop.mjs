// Follows the code of docs/connecting.md. Stores something again and again, but for a while when it is to be idle: a line for
// each operation.
/* global store */
const [quietFrom, quietUntil, end] = process.env.TIMES.split(',').map(Number);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function stored() {
  try {
    await store();
    return true;
  } catch (error) {
    console.error(Date.now(), error.message);
    return false;
  }
}

// What a library throws outside of an operation's promise belongs to a connection that it has given up.
process.on('uncaughtException', ({ message }) => console.error(message));

while (Date.now() < end) {
  if (Date.now() > quietFrom) await pause(Math.max(0, quietUntil - Date.now()));
  const start = Date.now();
  let attempts = 1;
  let well = await stored();
  for (; !well && attempts < 20; attempts++) {
    await pause(100);
    well = await stored();
  }
  console.log(start, Date.now(), attempts, well ? 'well' : 'failed');
  await pause(50);
}
process.exit();

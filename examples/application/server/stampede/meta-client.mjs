import { connect } from 'node:net';

/**
 * Speaks memcached's meta protocol over one connection, which no client library of npm that runs on Node.js 20 does. It resolves the name at
 * each connect, and Node.js tries all of its addresses.
 */
export class MetaClient {
  #options;
  #connection;

  /**
   * @param {object} options
   * @param {string} options.host
   * @param {number} options.port
   * @param {number} [options.timeoutMs] for a connection, and for an answer. Default: 1,000
   * @param {number} [options.attempts] each on a new connection, after the last has broken. Default: 3
   */
  constructor({ timeoutMs = 1000, attempts = 3, ...address }) {
    this.#options = { timeoutMs, attempts, address };
  }

  /**
   * Sends a request, again if its connection breaks, so it must be one that may be done twice. Errors of the server are thrown.
   *
   * @param {string} line `mg …`, `md …`, or `ms KEY …` without the length
   * @param {string} [value] of `ms`
   * @returns {Promise<{ code: string, flags: string[], value?: string }>}
   */
  async ask(line, value) {
    const bytes = value === undefined ? line : withValue(line, value);
    for (let attempt = 1; ; attempt++) {
      try {
        return await (await this.#connected()).ask(`${bytes}\r\n`);
      } catch (error) {
        if (attempt === this.#options.attempts || error.refused) throw error;
      }
    }
  }

  close() {
    void this.#connection?.then(
      (connection) => connection.fail(new Error('closed')),
      () => {},
    );
  }

  /** One connection for all who ask, opened by the first. */
  #connected() {
    const { address, timeoutMs } = this.#options;
    this.#connection ??= Connection.open(address, timeoutMs, () => (this.#connection = undefined));
    return this.#connection;
  }
}

function withValue(line, value) {
  const [command, key, ...flags] = line.split(' ');
  return [command, key, Buffer.byteLength(value), ...flags].join(' ') + `\r\n${value}`;
}

class Connection {
  #socket;
  #timeoutMs;
  #onEnd;
  #waiting = [];
  #received = Buffer.alloc(0);

  static open(address, timeoutMs, onEnd) {
    return new Promise((resolve, reject) => {
      const connection = new Connection(connect(address), timeoutMs, (error) => {
        onEnd();
        reject(error);
      });
      const timer = setTimeout(() => connection.fail(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
      connection.#socket.once('connect', () => resolve(connection)).once('close', () => clearTimeout(timer));
      connection.#socket.once('connect', () => clearTimeout(timer));
    });
  }

  constructor(socket, timeoutMs, onEnd) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#onEnd = onEnd;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  ask(bytes) {
    return new Promise((resolve, reject) => {
      // Answers come in order, so after one that is missing nothing can be told from the others.
      const timer = setTimeout(() => this.fail(new Error(`no answer within ${this.#timeoutMs} ms`)), this.#timeoutMs);
      this.#waiting.push({ resolve, reject, timer });
      this.#socket.write(bytes);
    });
  }

  fail(error) {
    this.#onEnd(error);
    this.#onEnd = () => {};
    this.#socket.destroy();
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(error);
    }
  }

  #read(chunk) {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let end = this.#received.indexOf('\r\n'); end >= 0; end = this.#received.indexOf('\r\n')) {
      const [code, ...flags] = this.#received.toString('utf8', 0, end).split(' ');
      let next = end + 2;
      let value;
      if (code === 'VA') {
        const size = Number(flags.shift());
        value = this.#received.toString('utf8', next, next + size);
        next += size + 2;
        if (this.#received.length < next) return;
      }
      this.#received = this.#received.subarray(next);
      this.#answer(code, flags, value);
    }
  }

  #answer(code, flags, value) {
    const { resolve, reject, timer } = this.#waiting.shift();
    clearTimeout(timer);
    if (code.endsWith('ERROR')) {
      reject(Object.assign(new Error([code, ...flags].join(' ')), { refused: true }));
    } else {
      resolve({ code, flags, value });
    }
  }
}

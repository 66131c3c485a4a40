import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeUnder, NODE, PHP, PYTHON } from '../page-code';

export interface Library {
  readonly language: keyof typeof LANGUAGES;
  /** The code of docs/connecting.md: it makes the client. */
  code(): string;
  /** The client without any of the settings. */
  readonly bare: string;
  /** Follows either: an operation. */
  readonly store: string;
}

/** How a script is run that comes by the standard input, what stands before it, and the loop that follows it. */
const LANGUAGES = {
  js: { argv: NODE, before: '', loop: 'loop.mjs' },
  python: { argv: PYTHON, before: '', loop: 'loop.py' },
  php: { argv: PHP, before: '<?php\n', loop: 'loop.php' },
  ruby: { argv: ['ruby', '-'], before: '', loop: 'loop.rb' },
} as const;

const pageCode = (heading: string) => () => codeUnder('docs/connecting.md', heading);

export const LIBRARIES: Record<string, Library> = {
  'memcache-client': {
    language: 'js',
    code: pageCode('Node.js: memcache-client'),
    bare: `
      import { MemcacheClient } from 'memcache-client';
      const client = new MemcacheClient({ server: process.env.MEMCACHED });`,
    store: `const store = () => client.set('client', 'value');`,
  },
  memcached: {
    language: 'js',
    code: pageCode('Node.js: memcached'),
    bare: `
      import Memcached from 'memcached';
      const client = new Memcached(process.env.MEMCACHED);
      const ask = (command, ...words) =>
        new Promise((resolve, reject) =>
          client[command](...words, (error, answer) => (error ? reject(error) : resolve(answer))),
        );`,
    store: `
      const store = async () => {
        if (!(await ask('set', 'memcached', 'value', 60))) throw new Error('not stored');
      };`,
  },
  pymemcache: {
    language: 'python',
    code: pageCode('Python: pymemcache'),
    bare: `
import os
from pymemcache.client.base import Client
client = Client(os.environ["MEMCACHED"], default_noreply=False)
`,
    store: `
def store():
    return client.set("pymemcache", "value")
`,
  },
  pylibmc: {
    language: 'python',
    code: pageCode('Python: pylibmc'),
    bare: `
import os
import pylibmc
client = pylibmc.Client([os.environ["MEMCACHED"]])
`,
    store: `
def store():
    return client.set("pylibmc", "value")
`,
  },
  'php-memcached': {
    language: 'php',
    code: pageCode('PHP: php-memcached'),
    bare: `
      [$host, $port] = explode(':', getenv('MEMCACHED'));
      $client = new Memcached();
      $client->addServer($host, (int) $port);`,
    store: `
      function store(): bool {
          global $client;
          return $client->set('php', 'value');
      }`,
  },
  dalli: {
    language: 'ruby',
    code: pageCode('Ruby: dalli'),
    bare: `
      require 'dalli'
      client = Dalli::Client.new(ENV['MEMCACHED'])`,
    store: `
      store = -> { client.set('dalli', 'value') }`,
  },
};

/** The program of a library that takes part in the rehearsal with this code. */
export function scriptOf({ language, store }: Library, code: string): { argv: readonly string[]; input: string } {
  const { argv, before, loop } = LANGUAGES[language];
  const rest = readFileSync(join(process.cwd(), 'test/rehearsal/programs/survivors', loop), 'utf8');
  return { argv, input: [before + code, store, rest].join('\n') };
}

import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';

/** What a host said: all of it in a file, and the last lines at hand for errors. */
export class Log {
  private readonly lines: string[] = [];

  constructor(
    readonly path: string,
    private readonly verbose = false,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
  }

  write(source: string, text: string): void {
    const lines = text.replace(/\n$/, '').split('\n');
    this.lines.push(...lines);
    this.lines.splice(0, this.lines.length - 60);
    if (this.verbose) for (const line of lines) console.log(`    ${basename(this.path, '.log')} ${source}: ${line}`);
    appendFileSync(this.path, lines.map((line) => `${new Date().toISOString()} ${source}: ${line}\n`).join(''));
  }

  follow(source: string, stream: Readable): void {
    stream.on('data', (chunk: Buffer) => this.write(source, chunk.toString()));
  }

  tail(count = 15): string {
    return this.lines.slice(-count).join('\n');
  }
}

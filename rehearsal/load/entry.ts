export type Judgement = 'fresh' | 'miss' | 'stale' | 'wrong';

/**
 * A key that one worker alone writes, so that it knows what a read may answer: the last acknowledged version, or one
 * written after it whose answer never came.
 */
export class Entry {
  private acknowledged = 0;
  private written = 0;

  constructor(readonly key: string) {}

  nextValue(): string {
    this.written += 1;
    return `${this.key}=${this.written}`;
  }

  acknowledge(value: string): void {
    this.acknowledged = Number(value.split('=')[1]);
  }

  judge(value: string | undefined): Judgement {
    if (value === undefined) return 'miss';
    const [key, version] = value.split('=');
    if (key !== this.key || !(Number(version) <= this.written)) return 'wrong';
    return Number(version) < this.acknowledged ? 'stale' : 'fresh';
  }
}

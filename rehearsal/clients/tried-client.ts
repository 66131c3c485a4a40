/** What is tried of a client library. */
export interface TriedClient {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<string | undefined>;
  delete(key: string): Promise<unknown>;
  /** Left out where the library has none. */
  getMulti?(keys: string[]): Promise<Record<string, string>>;
  increment(key: string): Promise<number>;
}

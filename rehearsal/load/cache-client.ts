/** A second is a usual time-out of a client; libraries' own defaults are longer. */
export const clientTimeoutMs = 1000;

/** How long clients that hash keys over servers leave one out that failed. */
export const secondChanceMs = 10_000;

/** What the workload asks of a client library. */
export interface CacheClient {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  /** Gives up what it is connected to; its next operation connects again. What it knows of lost servers stays. */
  reconnect(): void;
}

/** A library's client, with the connections that it has. */
export interface Connection extends Omit<CacheClient, 'reconnect'> {
  close(): void;
}

/** Makes a library's client when it is needed, and another after each reconnect. */
export function reconnecting(connect: () => Connection): CacheClient {
  let connection: Connection | undefined;
  return {
    get: (key) => inTime((connection ??= connect()).get(key)),
    set: (key, value) => inTime((connection ??= connect()).set(key, value)),
    reconnect: () => {
      connection?.close();
      connection = undefined;
    },
  };
}

/** The time-out holds for connecting too, whatever the library does. */
export function inTime<T>(operation: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${clientTimeoutMs} ms`)), clientTimeoutMs);
  });
  return Promise.race([operation, late]).finally(() => clearTimeout(timer));
}

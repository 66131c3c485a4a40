/** The client libraries that drive the load. Apart from the libraries themselves, which only the client loads. */
export const libraryNames = ['memcached', 'memcache-client'] as const;

export type Library = (typeof libraryNames)[number];

/** The keys of one worker. */
export const keyNames = (library: Library, worker: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${library}-${worker}-${i}`);

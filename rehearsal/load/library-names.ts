/** The client libraries that drive the load. Apart from the libraries themselves, which only the client loads. */
export const libraryNames = ['memcached', 'memcache-client'] as const;

export type Library = (typeof libraryNames)[number];

/** The keys of one worker. Each generation has others, so that nothing is found that an earlier one left behind. */
export const keyNames = (library: Library, generation: number, worker: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${library}-${generation}-${worker}-${i}`);

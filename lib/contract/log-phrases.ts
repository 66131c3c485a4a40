/** How a proxy's message begins that did not learn its zone: a metric filter looks for it. */
export const ZONE_UNKNOWN = 'zone unknown';

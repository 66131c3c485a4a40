/** How a proxy's message begins that did not learn its zone: a metric filter looks for it. */
export const ZONE_UNKNOWN = 'zone unknown';

/** How the message begins of a certificate that memcached does not take. */
export const CERTIFICATE_REFUSED = 'the proxy does not take the certificate';

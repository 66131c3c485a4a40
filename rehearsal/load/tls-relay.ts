import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect } from 'node:tls';

/** How clients speak TLS, in PEM. */
export interface ClientTls {
  /** Whom the certificate has to be for. */
  readonly name: string;
  readonly authority: string;
  /** With its key; absent where none is asked for. */
  readonly certificate?: string;
}

/**
 * Speaks TLS for libraries that do not: what they connect to here goes on to the server, whose certificate is checked. When
 * one side is lost, so is the other. Gives back where to connect.
 */
export async function tlsRelay(server: string, { name, authority, certificate }: ClientTls): Promise<string> {
  const [host, port] = server.split(':');
  const relay = createServer({ noDelay: true }, (client) => {
    const far = connect({
      host,
      port: Number(port),
      servername: name,
      ca: authority,
      cert: certificate,
      key: certificate,
    }).setNoDelay(true);
    for (const [one, other] of [
      [client, far],
      [far, client],
    ]) {
      one!.on('error', () => {}).once('close', () => other!.destroy());
      one!.pipe(other!);
    }
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return `127.0.0.1:${(relay.address() as AddressInfo).port}`;
}

import { Token, Tokenization } from 'aws-cdk-lib';

/** Where a memcached client connects: a host and a port. */
export class Endpoint {
  /** The host's name or address. */
  public readonly hostname: string;

  /** The port. It may be an unresolved token. */
  public readonly port: number;

  /** `host:port`, as memcached clients take it. */
  public readonly socketAddress: string;

  /**
   * @param hostname the host's name or address
   * @param port the TCP port
   */
  constructor(hostname: string, port: number) {
    this.hostname = hostname;
    this.port = port;
    const portText = Token.isUnresolved(port) ? Tokenization.stringifyNumber(port) : String(port);
    this.socketAddress = `${hostname}:${portText}`;
  }
}

/** The list of servers as clients take it. */
export function serverListOf(endpoints: Endpoint[]): string {
  return endpoints.map(({ socketAddress }) => socketAddress).join(',');
}

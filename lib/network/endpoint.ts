import { Token, Tokenization } from 'aws-cdk-lib';
import { inputError } from '../errors';
import { knownInteger, knownText } from '../validation';

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
    if (knownText('hostname', hostname) === '' || /\s/.test(hostname)) {
      throw inputError({ got: `hostname is '${hostname}'`, expected: 'a name or an address', advice: 'write it out' });
    }
    if (!Token.isUnresolved(port)) {
      knownInteger('port', port, { min: 1, max: 65535, advice: 'give the TCP port that it listens on' });
    }
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

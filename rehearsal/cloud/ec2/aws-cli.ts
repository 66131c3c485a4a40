import { type Answer, done, failed, parse } from './arguments';

export interface AttachRequest {
  readonly interfaceId: string;
  readonly instanceId: string;
  readonly device: number;
}

/** The AWS command line's few calls that a node makes. `attach` says why it is refused, or nothing. */
export async function awsCli(
  words: readonly string[],
  attach: (request: AttachRequest) => Promise<string | undefined>,
): Promise<Answer> {
  const [service, operation, ...rest] = words.filter((word) => !word.startsWith('--no-') && word !== '--debug');
  try {
    switch (`${service} ${operation}`) {
      case 'ecr get-login-password':
        return done('rehearsal\n');
      case 'ec2 attach-network-interface': {
        const global = ['--region', '--output', '--query', '--cli-connect-timeout', '--cli-read-timeout'];
        const own = ['--network-interface-id', '--instance-id', '--device-index'];
        const { options } = parse(rest, [], [...own, ...global]);
        const [interfaceId, instanceId, device] = own.map((name) => options.get(name)?.[0]);
        if (!interfaceId || !instanceId || !device) return failed(252, `aws: error: ${own.join(', ')} are required`);
        const refused = await attach({ interfaceId, instanceId, device: Number(device) });
        return refused === undefined ? done('{ "AttachmentId": "eni-attach-rehearsal" }\n') : failed(254, refused);
      }
      case 'logs create-log-stream':
      case 'logs put-log-events': {
        const own = ['--log-group-name', '--log-stream-name'];
        const { options } = parse(rest, [], [...own, '--log-events']);
        const missing = own.filter((name) => !options.has(name));
        return missing.length === 0 ? done() : failed(252, `aws: error: ${missing.join(', ')} are required`);
      }
      default:
        return failed(252, `aws: error: the rehearsal's stand-in knows no 'aws ${words.join(' ')}'`);
    }
  } catch (error) {
    return failed(252, `aws: error: ${(error as Error).message}`);
  }
}

import type { SecretsPlan } from '../../assembly/plan';
import type { Host } from '../../namespace/host';
import type { Certificates } from '../certificates';

const folder = '/var/lib/secrets';
const fileOf = (secret: string): string => `${folder}/${secret.replace(/[^\w]/g, '_')}`;

/** Stands for the AWS command line on a host: it finds the values of secrets in files. */
const aws = `#!/bin/sh
asked=$*
case $asked in
"secretsmanager get-secret-value "*"--query SecretString --output text"*) ;;
*) echo "aws: error: the rehearsal's stand-in knows no 'aws $asked'" >&2; exit 252 ;;
esac
while [ "$1" != --secret-id ]; do shift; done
exec cat "${folder}/$(printf '%s' "$2" | tr -c '[:alnum:]_' _)"
`;

/** What Secrets Manager tells containers on a host from now on. */
export function keepSecrets(host: Host, secrets: SecretsPlan, { server, authority }: Certificates): void {
  host.write('/usr/local/bin/aws', aws, 0o755);
  host.write(fileOf(secrets.certificate), server);
  if (secrets.authorities !== undefined) host.write(fileOf(secrets.authorities), authority);
}

import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CERTIFICATE_REFUSED } from '../contract/log-phrases';
import { quote } from '../contract/quote';
import { CacheRole } from '../contract/roles';
import { CacheTag } from '../contract/tags';
import { CONTAINER_NAME, LASTING } from './fargate-task';
import { publicImage } from './pull-through-cache';
import { containerScript } from './script';

/** AWS's own image of its command line: Amazon Linux, with bash. */
const AWS_CLI = 'aws-cli/aws-cli:2.36.44';

const FOLDER = '/run/certificates';

/** What the proxy reads as it starts, and when it is told to. */
export const CERTIFICATE_PATH = `${FOLDER}/certificate.pem`;
export const AUTHORITIES_PATH = `${FOLDER}/authorities.pem`;

/** How many seconds after one another the secrets are read: within the hour, and not by all proxies at once. */
const EACH = { from: 3000, spread: 500 };

/** What the container may take of the task's memory. */
export const CERTIFICATES_MIB = 192;

/** Where the certificates come from. */
interface CertificatesSource {
  readonly certificate: secretsmanager.ISecret;
  readonly clientCertificateAuthorities?: secretsmanager.ISecret;
  readonly awsCliImage?: ecs.ContainerImage;
}

/** What the containers of a task need of the cluster. */
interface CertificatesHost {
  readonly clusterName: string;
  readonly logGroup: logs.ILogGroup;
  readonly pullThroughCachePrefix?: string;
}

/**
 * Adds the container that reads the certificate from Secrets Manager into a folder that the process shares, and tells the process
 * when there is another one.
 *
 * The process does not start before there is a certificate. Later the container may fail and start again, without the process:
 * it serves the certificate that it has.
 *
 * @param refreshPort where memcached takes `refresh_certs`, on loopback
 */
export function addCertificates(
  task: ecs.FargateTaskDefinition,
  host: CertificatesHost,
  { certificate, clientCertificateAuthorities, awsCliImage }: CertificatesSource,
  refreshPort: number,
): void {
  const secrets = [
    { file: 'certificate', label: CacheTag.CERTIFICATE_SECRET, secret: certificate },
    ...(clientCertificateAuthorities
      ? [{ file: 'authorities', label: CacheTag.AUTHORITIES_SECRET, secret: clientCertificateAuthorities }]
      : []),
  ];
  const specification = {
    process: 'certificates',
    role: CacheRole.PROXY,
    image: awsCliImage ?? publicImage(AWS_CLI, host.pullThroughCachePrefix),
    command: certificatesCommand(secrets, refreshPort),
    port: refreshPort,
    healthProbe: `test -s ${CERTIFICATE_PATH}`,
  };
  const container = task.addContainer('Certificates', {
    containerName: 'certificates',
    image: specification.image,
    // A volume of Fargate can be written to by root alone.
    user: '0',
    essential: false,
    enableRestartPolicy: true,
    restartAttemptPeriod: LASTING,
    memoryLimitMiB: CERTIFICATES_MIB,
    // A small share where the process is busy (Amazon ECS API reference, ContainerDefinition), and enough for a call within its
    // time-outs. Priorities of processes (`nice`) count within one container.
    cpu: 16,
    entryPoint: ['bash', '-c'],
    command: [containerScript(specification, host.clusterName)],
    healthCheck: {
      command: ['CMD-SHELL', specification.healthProbe],
      interval: Duration.seconds(5),
      timeout: Duration.seconds(2),
      retries: 3,
      startPeriod: Duration.seconds(90),
    },
    startTimeout: Duration.seconds(120),
    stopTimeout: Duration.seconds(2),
    dockerLabels: Object.fromEntries(secrets.map(({ label, secret }) => [label, secret.secretArn])),
    logging: ecs.LogDrivers.awsLogs({
      logGroup: host.logGroup,
      streamPrefix: 'certificates',
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
    }),
  });
  for (const { secret } of secrets) allowToRead(task.taskRole, secret);

  const volume = { sourceVolume: 'certificates', containerPath: FOLDER };
  task.addVolume({ name: volume.sourceVolume });
  container.addMountPoints({ ...volume, readOnly: false });
  const process = task.findContainer(CONTAINER_NAME)!;
  process.addMountPoints({ ...volume, readOnly: true });
  process.addContainerDependencies({ container, condition: ecs.ContainerDependencyCondition.HEALTHY });
}

/** The core library gives a role nothing to decrypt with where the secret's key was made elsewhere. */
function allowToRead(role: iam.IRole, secret: secretsmanager.ISecret): void {
  secret.grantRead(role);
  if (!secret.encryptionKey) return;
  iam.Grant.addToPrincipal({
    grantee: role,
    actions: ['kms:Decrypt'],
    resourceArns: [secret.encryptionKey.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${secret.env.region}.amazonaws.com` } },
  });
}

/** A secret, and the file that its value becomes. */
interface SecretFile {
  readonly file: string;
  readonly secret: secretsmanager.ISecret;
}

/**
 * The bash text that keeps the files as the secrets are. Files that memcached does not take give way to those that it took last:
 * with the wrong key it would speak TLS with nobody until it is told of the right one.
 *
 * A proxy that says nothing, or has no connection left, is asked again soon, and so is one after this container has started again:
 * it may have read older files.
 */
function certificatesCommand(secrets: SecretFile[], port: number): string {
  const gets = secrets.map(({ file, secret }) => `get ${file} ${quote(secret.secretArn)} ${quote(secret.env.region)}`);
  return `cd ${FOLDER} || exit
mkdir -p new old
get() {
pem=$(aws secretsmanager get-secret-value --secret-id "$2" --region "$3" --query SecretString --output text \
--cli-connect-timeout 5 --cli-read-timeout 10) || return
case $pem in
*"-----BEGIN "*) printf '%s\n' "$pem" > new/$1.pem ;;
*) echo "the secret $2 holds no PEM"; return 1 ;;
esac
}
refresh() {
said=
{ printf 'refresh_certs\r\n' >&3; read -r -t 10 said <&3; } 2> /dev/null 3<> /dev/tcp/127.0.0.1/${port}
said=\${said%?}
case $said in '' | 'ERROR Too many'*) return 1 ;; esac
}
due=1 left=0
while :; do
if [ $left -le 0 ]; then
if ${gets.join(' && ')}; then
left=$((${EACH.from} + RANDOM % ${EACH.spread}))
[ "$(cat new/*.pem)" = "$(cat *.pem 2> /dev/null)" ] || { mv new/*.pem . && due=1; }
elif [ -s certificate.pem ]; then left=60
else left=5
fi
fi
if [ "$due" ] && [ -s certificate.pem ] && refresh; then
due=
if [ "$said" = OK ]; then
cp *.pem old
echo 'the proxy has read its certificate'
else
why=$said
cp old/*.pem . && { refresh || due=1; }
echo "${CERTIFICATE_REFUSED} of the secret: $why"
fi
fi
pause=$left
[ "$due" ] && [ -s certificate.pem ] && pause=5
sleep $pause
left=$((left - pause))
done`;
}

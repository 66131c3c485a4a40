import { Aws } from 'aws-cdk-lib';
import { CacheTag } from '../context';
import { containerScript, quote } from '../container-script';
import type { ContainerSpecification } from '../container-specification';
import type { MemcachedImage } from '../image';

/** What EC2 accepts, before base64. */
const LIMIT_BYTES = 16 * 1024;

/**
 * The user data of every EC2 node of a cluster.
 *
 * It is one text for all, so that a new node changes no launch template: what a node has of its own (its interface
 * and the group to signal) it reads from its instance tags.
 *
 * @param specification the process to run
 * @param source the image, as docker pulls it
 * @param commands commands of the user's, run first
 * @throws when the text is longer than EC2 accepts
 */
export function ec2UserData(specification: ContainerSpecification, source: MemcachedImage, commands: string[]): string {
  const text = [
    PRELUDE,
    ...commands,
    'retry 10 dnf install -y docker aws-cfn-bootstrap',
    'systemctl enable --now docker',
    ATTACH_INTERFACE,
    ...source.loginCommands(),
    ...runContainer(specification, source.imageUri),
    '',
  ].join('\n');
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMIT_BYTES) {
    throw new Error(
      `user data is ${bytes} bytes, expected at most ${LIMIT_BYTES}: ` +
        'shorten userDataCommands, or have them fetch a script from S3',
    );
  }
  return text;
}

/**
 * However the script ends, the stack is told, and a machine that did not become a node powers off, so that its group
 * starts another. `EXIT` and not `ERR`, which would also fire in the subshells of what is retried.
 */
const PRELUDE = `#!/bin/bash
set -euo pipefail
export AWS_DEFAULT_REGION=${Aws.REGION} PATH="$PATH:/opt/aws/bin"
finish() {
  local code=$?
  cfn-signal --exit-code $code --stack ${Aws.STACK_NAME} --resource "\${group:-}" --region ${Aws.REGION} || true
  if ((code != 0)); then systemctl poweroff; fi
}
trap finish EXIT
retry() {
  local attempts=$1
  shift
  until "$@"; do
    if ((--attempts == 0)); then echo "gave up: $*" >&2; return 1; fi
    sleep 2
  done
}
imds=http://169.254.169.254/latest
fetch() { curl --silent --fail --max-time 5 "$@"; }
metadata() { fetch --header "X-aws-ec2-metadata-token: $token" "$imds/meta-data/$1"; }
identify() {
  token=$(fetch --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 21600' $imds/api/token) &&
    instance=$(metadata instance-id) &&
    group=$(metadata tags/instance/${CacheTag.GROUP}) &&
    interface=$(metadata tags/instance/${CacheTag.INTERFACE})
}
retry 30 identify`;

// The instance that this one replaces can hold the interface for minutes, and after a reboot it is already here.
const ATTACH_INTERFACE = `own_address() {
  local mac
  for mac in $(metadata network/interfaces/macs/); do
    if [ "$(metadata "network/interfaces/macs/\${mac%/}/interface-id")" = "$interface" ]; then
      metadata "network/interfaces/macs/\${mac%/}/local-ipv4s"
      return
    fi
  done
  return 1
}
attach() {
  own_address > /dev/null ||
    aws ec2 attach-network-interface --network-interface-id "$interface" --instance-id "$instance" --device-index 1
}
configured() {
  local address
  address=$(own_address) && ip -4 -oneline address | grep -qwF "$address"
}
retry 150 attach
retry 60 configured`;

function runContainer(specification: ContainerSpecification, imageUri: string): string[] {
  const image = quote(imageUri);
  const name = 'memcached';
  const options = [
    '--detach',
    `--name ${name}`,
    '--restart always',
    '--network host',
    '--ulimit nofile=65536:65536',
    '--log-opt max-size=10m',
    '--log-opt max-file=3',
    '--entrypoint sh',
  ];
  return [
    `retry 10 docker pull --quiet ${image}`,
    `docker rm --force ${name} > /dev/null 2>&1 || true`,
    `docker run ${options.join(' ')} ${image} -c ${quote(containerScript(specification))}`,
    `retry 30 docker exec ${name} sh -c ${quote(specification.healthProbe)}`,
  ];
}

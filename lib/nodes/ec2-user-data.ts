import { Aws } from 'aws-cdk-lib';
import type { CacheContext } from '../context/cache-context';
import { bootReport } from './ec2-boot-report';
import { ec2Check } from './ec2-check';
import { warmUpCommands, type Ec2WarmUp } from './ec2-warm-up';
import { CacheTag } from '../contract/tags';
import { containerScript } from '../containers/script';
import { inputError } from '../errors';
import { quote } from '../contract/quote';
import type { ContainerSpecification, ExporterSpecification } from '../containers/specification';

/** What Amazon Linux does not have from the start. A machine image that has it needs no repository. */
const PACKAGES = 'docker aws-cfn-bootstrap';

/** What EC2 accepts, before base64. */
const LIMIT_BYTES = 16 * 1024;

/**
 * The user data of every EC2 node of a cluster.
 *
 * It is one text for all, so that a new node changes no launch template: what a node has of its own (its interface
 * and the group to signal) it reads from its instance tags.
 *
 * @param context what the cluster provides: the image, as docker pulls it, and the log
 * @param specification the process to run
 * @param commands commands of the user's, run first
 * @param warmUp how long it waits until it is warm
 * @throws when the text is longer than EC2 accepts
 */
export function ec2UserData(
  context: CacheContext,
  specification: ContainerSpecification,
  commands: string[],
  warmUp: Ec2WarmUp,
): string {
  const text = [
    prelude(context),
    ...commands,
    `rpm -q ${PACKAGES} > /dev/null 2>&1 || retry 10 dnf install -y ${PACKAGES}`,
    'systemctl enable --now docker',
    ATTACH_INTERFACE,
    runFunction(context),
    ...runProcess(context, specification),
    ...(specification.exporter ? runExporter(context, specification.exporter) : []),
    ...ec2Check(specification.port),
    ...warmUpCommands(context, warmUp),
    '',
  ].join('\n');
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMIT_BYTES) {
    throw inputError({
      got: `user data is ${bytes} bytes`,
      expected: `at most ${LIMIT_BYTES}`,
      advice:
        'shorten userDataCommands, or have them fetch a script from S3, which nodeRole of the cluster can be allowed to read',
      scope: context,
    });
  }
  return text;
}

/**
 * However the script ends, the stack is told, and a machine that did not become a node leaves its last lines in the log and
 * powers off, so that its group starts another. `EXIT` and not `ERR`, which would also fire in the subshells of what is retried.
 */
function prelude(context: CacheContext): string {
  return `#!/bin/bash
set -euo pipefail
export AWS_DEFAULT_REGION=${Aws.REGION} PATH="$PATH:/opt/aws/bin"
${bootReport(context)}
finish() {
  local code=$? command=$1
  if ((code != 0)); then
    echo "boot failed with exit code $code: $command" >&2
    report || true
  fi
  timeout -k 1 60 cfn-signal --exit-code $code --stack ${Aws.STACK_NAME} --resource "\${group:-}" --region ${Aws.REGION} || true
  if ((code != 0)); then systemctl poweroff; fi
}
trap 'finish "$BASH_COMMAND"' EXIT
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
    node=$(metadata tags/instance/${CacheTag.NODE}) &&
    interface=$(metadata tags/instance/${CacheTag.INTERFACE})
}
retry 30 identify`;
}

// The instance that this one replaces can hold the interface for minutes, and after a reboot it is already here. Whoever still
// holds it after two minutes has failed: the group has one instance, which is this one. Of its addresses the first is its
// primary one, which the proxies use.
const ATTACH_INTERFACE = `own_address() {
  local mac list
  for mac in $(metadata network/interfaces/macs/); do
    if [ "$(metadata "network/interfaces/macs/\${mac%/}/interface-id")" = "$interface" ]; then
      list=$(metadata "network/interfaces/macs/\${mac%/}/local-ipv4s") && echo "\${list%%[[:space:]]*}"
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
detach() {
  local attachment
  attachment=$(aws ec2 describe-network-interfaces --network-interface-ids "$interface" --output text \\
    --query "NetworkInterfaces[?Attachment.InstanceId!='$instance'].Attachment.AttachmentId") &&
    [ "$attachment" ] && aws ec2 detach-network-interface --attachment-id "$attachment" --force
}
retry 60 attach || { detach || true; retry 90 attach; }
retry 60 configured`;

/**
 * Where docker cannot ship the log it keeps it, and the process runs all the same; so it does while the log cannot be
 * delivered. The log is named as ECS names those of tasks.
 */
function runFunction({ logGroup }: CacheContext): string {
  const shipped =
    `--log-driver awslogs --log-opt mode=non-blocking --log-opt awslogs-region=${Aws.REGION} ` +
    `--log-opt awslogs-group=${logGroup.logGroupName} --log-opt awslogs-stream=nodes/$name/$node/$instance`;
  const kept = '--log-driver local --log-opt max-size=10m --log-opt max-file=3';
  return `run() {
  local name=$1 log
  shift
  for log in "${shipped}" "${kept}"; do
    docker rm --force $name > /dev/null 2>&1 || true
    docker run --detach --name $name --restart always --network host $log "$@" && return
  done
  return 1
}`;
}

function runProcess(context: CacheContext, specification: ContainerSpecification): string[] {
  const [name, image] = ['memcached', quote(context.image.imageUri)];
  return [
    `image=${image}`,
    'held() { docker image inspect "$image" > /dev/null 2>&1; }',
    'if ! held; then',
    ...context.image.loginCommands(),
    `retry 10 docker pull --quiet ${image}`,
    'fi',
    `run ${name} --ulimit nofile=65536:65536 --entrypoint sh "$image" -c ${quote(containerScript(specification, context.clusterName))}`,
    `retry 30 docker exec ${name} sh -c ${quote(specification.healthProbe)}`,
  ];
}

/** A node without its exporter is a node. */
function runExporter(context: CacheContext, exporter: ExporterSpecification): string[] {
  const { imageUri, memoryLimitMiB } = exporter;
  const image = quote(imageUri);
  const script = quote(containerScript(exporter, context.clusterName));
  return [
    `image=${image}`,
    `{ { held || retry 3 docker pull --quiet ${image}; } && run exporter --memory ${memoryLimitMiB}m --entrypoint sh "$image" -c ${script}; } ||`,
    "  echo 'no exporter' >&2",
  ];
}

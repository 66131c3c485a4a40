import { Stack } from 'aws-cdk-lib';
import { type MemcachedCluster, type MemcachedClusterProps } from '../lib';
import { runTool } from '../rehearsal/tools/run-tool';
import { partOf, SynthesizedCluster, textOf, ZONES } from './synth';

// The text is what is tried here; the templates are validated elsewhere.
process.env.CDK_VALIDATION = 'false';

/** The synthesized command of the node or the proxy, with each node at an address of this machine's loopback. */
export function commandOf(props: Partial<MemcachedClusterProps>, role: 'Nodes' | 'Proxy' | 'Discovery'): string {
  const made = new SynthesizedCluster(props);
  const [container] = partOf(made, 'AWS::ECS::TaskDefinition', role).Properties.ContainerDefinitions;
  return addressed(textOf(container.Command[0]), made.cluster);
}

/** What ECS runs to see whether the proxy is healthy. */
export function probeOf(props: Partial<MemcachedClusterProps>): string {
  const made = new SynthesizedCluster(props);
  const [container] = partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions;
  return textOf(container.HealthCheck.Command[1]);
}

function addressed(command: string, cluster: MemcachedCluster): string {
  return cluster.nodes.reduce((text, { endpoint }, i) => {
    const host = textOf(Stack.of(cluster).resolve(endpoint.hostname));
    return text
      .replaceAll(`${host}:11211`, `127.0.1.${i + 1}:${NODE_PORT}`)
      .replaceAll(`${host} 11211`, `127.0.1.${i + 1} ${NODE_PORT}`)
      .replaceAll(`${host}|${host}|11211`, `127.0.1.${i + 1}|127.0.1.${i + 1}|${NODE_PORT}`);
  }, command);
}

/** The proxy listens on every address, so the nodes beside it need another port. */
export const NODE_PORT = 11212;

/** BusyBox's programs, and a function that waits until something accepts at 127.0.$1, port $2. */
export const PRELUDE = `
    mkdir /tmp/bin; for name in awk cmp nc nslookup wget; do ln -s /usr/bin/busybox /tmp/bin/$name; done
    ln -s /image/usr/local/sbin/nginx /tmp/bin/nginx
    PATH=/tmp/bin:$PATH
    answers() {
      for attempt in $(seq 100); do printf 'quit\\r\\n' | nc 127.0.$1 $2 2> /dev/null && return; sleep 0.05; done
      echo "nothing answers at 127.0.$1:$2"
      exit 1
    }`;

/** Shell in which each node of a three-zone cluster and a proxy of one zone run, the proxy on 127.0.0.1. */
export function cluster(props: Partial<MemcachedClusterProps>, act: string, zone = 1): string {
  const metadata = JSON.stringify({ Cluster: 'cache', AvailabilityZone: ZONES[zone - 1], LaunchType: 'FARGATE' });
  return `
    ${PRELUDE}
    ask() { printf '%b\\r\\nquit\\r\\n' "$1" | timeout 2 nc 127.0.0.1 11211 | tr -d '\\r'; }
    node() { memcached -l 127.0.1.$1 -p ${NODE_PORT} & eval node$1=$!; answers 1.$1 ${NODE_PORT}; }
    for i in 1 2 3; do node $i; done
    while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\n%s' '${metadata}' | nc -l -p 8080 > /dev/null; done & metadata=$!
    export ECS_CONTAINER_METADATA_URI_V4=http://127.0.0.1:8080/v4/task
    sh -c '${commandOf(props, 'Proxy').replace(/'/g, `'\\''`)}' >&2 & proxy=$!
    answers 0.1 11211
    ${act}
    kill $proxy $metadata 2> /dev/null || true
  `;
}

export async function run(script: string, { timeoutMs = 60_000 } = {}): Promise<string> {
  const { code, stdout, stderr } = await runTool(['sh', '-c', script], {
    files: { '/etc/resolv.conf': 'nameserver 127.0.0.1\n' },
    timeoutMs,
  });
  if (code !== 0) throw new Error(`the script ended with ${code}: ${stdout}${stderr}`);
  return stdout;
}

import type * as ecs from 'aws-cdk-lib/aws-ecs';

/**
 * What a proxy sent to a node and gave up, its kernel goes on sending for minutes: a write lands long after newer ones,
 * when the node is reachable again. With one retry the kernel gives it up about a second after the proxy did.
 *
 * Zero would mean the kernel's own eight.
 */
export const NO_LATE_WRITES: ecs.SystemControl[] = [{ namespace: 'net.ipv4.tcp_orphan_retries', value: '1' }];

import type * as ecs from 'aws-cdk-lib/aws-ecs';

/**
 * The threads that the processors of a Fargate task run at once. More only take turns: on one core four threads take up to 15 %
 * more CPU for each request than one (`npx jest test/nodes/threads.real.ts --selectProjects alone` prints it). A process must not
 * count processors itself: a task is limited by a quota of time, which does not show in their number
 * (https://github.com/uber-go/automaxprocs/issues/66).
 *
 * @param cpu CPU units, 1024 for a vCPU
 */
export function threadsFor(cpu: number): number {
  return Math.max(1, Math.floor(cpu / 1024));
}

/**
 * Connections that wait to be accepted. When a proxy is lost all its clients come to another one at once; whoever finds no place
 * tries again after a second (`npx jest test/nodes/connections.real.ts --selectProjects real -t wait`).
 *
 * It is what Linux itself allows from 5.4 on, and so what a host with Amazon Linux 2023 allows.
 */
export const BACKLOG = 4096;

/**
 * The same in a Fargate task, which does not say what its kernel is. It is one of the parameters that tasks take
 * (https://aws.amazon.com/blogs/containers/announcing-additional-linux-controls-for-amazon-ecs-tasks-on-aws-fargate/).
 */
export const BACKLOG_CONTROL: ecs.SystemControl = { namespace: 'net.core.somaxconn', value: String(BACKLOG) };

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ProbeEvent } from '../../lib/contract/probe-event';
import { CacheRole } from '../../lib/contract/roles';
import { CacheTag } from '../../lib/contract/tags';
import { RehearsalError } from '../errors';
import type { DeployedResource, Deployment } from './deployment';
import type { ProbePlan, SubnetPlan } from './plan';
import { tagsOf } from './tags';
import type { Stack } from './template';

/** Each run of the probe stands for a minute. */
const schedule = 'rate(1 minute)';

/** Reads the function that asks a cluster's nodes and proxies for their statistics; none where the cluster has none. */
export function readProbe(
  deployment: Deployment,
  stack: Stack,
  cluster: string,
  subnetOf: (id: string) => SubnetPlan,
): ProbePlan | undefined {
  const probe = deployment
    .tagged(stack, CacheTag.ROLE, 'AWS::Lambda::Function')
    .map((each) => ({ ...each, tags: tagsOf(each) }))
    .find(({ tags }) => tags[CacheTag.ROLE] === CacheRole.PROBE && tags[CacheTag.CLUSTER] === cluster);
  if (!probe) return undefined;
  const { Handler, Timeout, Environment, VpcConfig } = probe.properties;
  const subnets = ((VpcConfig?.SubnetIds ?? []) as string[]).map(subnetOf);
  if (subnets.length === 0) {
    throw new RehearsalError(
      `${probe.logicalId} has no subnets, expected a VpcConfig with some: it asks nodes of a VPC`,
    );
  }
  const event = inputOf(deployment, probe);
  const { endpoint, proxies } = JSON.parse(event) as Partial<ProbeEvent>;
  return {
    folder: codeFolder(probe),
    handler: String(Handler),
    environment: environmentOf(probe, Environment?.Variables ?? {}),
    timeoutSeconds: Number(Timeout ?? 3),
    event,
    subnets,
    securityGroups: VpcConfig.SecurityGroupIds ?? [],
    canaryPort: endpoint?.port,
    statisticsPort: proxies?.statistics?.port,
  };
}

/** What the schedule hands to the function, as it does: in JSON. */
function inputOf(deployment: Deployment, probe: DeployedResource): string {
  const { stack, logicalId } = probe;
  const arn = deployment.attribute(stack, logicalId, 'Arn');
  const named = new RegExp(`\\b${logicalId}\\b`);
  const found = deployment
    .idsOf(stack, 'AWS::Scheduler::Schedule', ({ Target }) => named.test(JSON.stringify((Target as any)?.Arn)))
    .map((id) => deployment.resource(stack, id))
    .find(({ properties }) => properties.Target?.Arn === arn);
  const { ScheduleExpression, State = 'ENABLED', Target } = found?.properties ?? {};
  if (ScheduleExpression !== schedule || State !== 'ENABLED') {
    throw new RehearsalError(
      `${probe.logicalId} is run by ${found ? `the schedule '${ScheduleExpression}' (${State})` : 'no schedule'}, ` +
        `expected an enabled one of EventBridge Scheduler with '${schedule}'`,
    );
  }
  return String(Target.Input ?? '{}');
}

function environmentOf({ stack, ref }: DeployedResource, variables: Record<string, unknown>): Record<string, string> {
  const own = Object.entries(variables).map(([name, value]) => [name, String(value)]);
  return { AWS_REGION: stack.region, AWS_LAMBDA_FUNCTION_NAME: ref, ...Object.fromEntries(own) };
}

/** The folder that the assembly would upload as the function's code. */
function codeFolder({ logicalId, stack, properties }: DeployedResource): string {
  const key = properties.Code?.S3Key;
  const folder = dirname(stack.file);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.assets.json'))) {
    const { files = {} } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const { source, destinations } of Object.values<any>(files)) {
      const keys = Object.values<any>(destinations).map(({ objectKey }) => objectKey);
      if (source.packaging === 'zip' && keys.includes(key)) return resolve(folder, source.path);
    }
  }
  throw new RehearsalError(`${logicalId} has the code '${key}', expected a folder among the assets of ${folder}`);
}

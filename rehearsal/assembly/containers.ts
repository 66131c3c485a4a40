import { CacheTag } from '../../lib/contract/tags';
import { RehearsalError } from '../errors';
import type { DeployedResource } from './deployment';
import type { ContainerPlan, HealthCheckPlan } from './plan';

/** The official memcached image's own user: what runs when the container definition names none. */
const imageUser = '11211:11211';

/** The containers of an ECS task definition. */
export function containersOf(task: DeployedResource): ContainerPlan[] {
  return (task.properties.ContainerDefinitions as any[]).map((definition) => {
    const argv = [...(definition.EntryPoint ?? []), ...(definition.Command ?? [])].map(String);
    if (argv.length === 0) {
      throw new RehearsalError(
        `container '${definition.Name}' of ${task.logicalId} has no command, expected its entry point and command ` +
          'in the template; the rehearsal does not pull images',
      );
    }
    return {
      name: definition.Name,
      image: definition.Image && String(definition.Image),
      argv,
      environment: Object.fromEntries(
        (definition.Environment ?? []).map(({ Name, Value }: any) => [Name, String(Value)]),
      ),
      user: definition.User ? String(definition.User) : imageUser,
      systemControls: systemControlsOf(definition),
      essential: definition.Essential !== false,
      port: definition.PortMappings?.[0]?.ContainerPort,
      healthCheck: definition.HealthCheck && healthCheckOf(definition.HealthCheck, definition.Name),
      ...besideOthersOf(definition),
    };
  });
}

/** What it shares with the other containers of its task, where it is given anything of that. */
function besideOthersOf({ DependsOn, MountPoints, DockerLabels = {} }: any): Partial<ContainerPlan> {
  const awaited = (DependsOn ?? []).filter(({ Condition }: any) => Condition === 'HEALTHY');
  const { [CacheTag.CERTIFICATE_SECRET]: certificate, [CacheTag.AUTHORITIES_SECRET]: authorities } = DockerLabels;
  return {
    ...(awaited.length > 0 && { waitsFor: awaited.map(({ ContainerName }: any) => String(ContainerName)) }),
    ...(MountPoints && {
      mounts: MountPoints.map(({ ContainerPath, SourceVolume, ReadOnly }: any) => ({
        path: String(ContainerPath),
        volume: String(SourceVolume),
        readOnly: ReadOnly === true,
      })),
    }),
    ...(certificate && {
      secrets: { certificate: String(certificate), authorities: authorities && String(authorities) },
    }),
  };
}

/** Those of the network, which is the task's own. Fargate takes a few others too, which nothing here sets. */
function systemControlsOf({ Name: container, SystemControls = [] }: any): Record<string, string> {
  for (const { Namespace } of SystemControls) {
    if (!/^net\.[\w.]+$/.test(Namespace)) {
      throw new RehearsalError(
        `container '${container}' has the system control '${Namespace}', expected one of the network (net.…): ` +
          'the rehearsal can set no other',
      );
    }
  }
  return Object.fromEntries(SystemControls.map(({ Namespace, Value }: any) => [Namespace, String(Value)]));
}

function healthCheckOf(check: any, container: string): HealthCheckPlan {
  const [kind, ...command] = (check.Command as unknown[]).map(String);
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') {
    throw new RehearsalError(`health check of '${container}' starts with '${kind}', expected CMD or CMD-SHELL`);
  }
  return {
    argv: kind === 'CMD' ? command : ['/bin/sh', '-c', command.join(' ')],
    intervalSeconds: Number(check.Interval ?? 30),
    timeoutSeconds: Number(check.Timeout ?? 5),
    retries: Number(check.Retries ?? 3),
    startSeconds: Number(check.StartPeriod ?? 0),
  };
}

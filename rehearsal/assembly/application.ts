import { CacheRole } from '../../lib/contract/roles';
import { CacheTag } from '../../lib/contract/tags';
import { RehearsalError } from '../errors';
import { containersOf } from './containers';
import type { DeployedResource, Deployment } from './deployment';
import { readService } from './nodes';
import type { SidecarsPlan, SubnetPlan } from './plan';

/** A service of an application, and the container in its task that is a proxy. */
export interface Application {
  readonly service: DeployedResource;
  readonly task: DeployedResource;
  readonly labels: Readonly<Record<string, string>>;
}

/** The services whose tasks have a proxy of a cluster, told by its labels, in any stack. */
export function applicationsOf(deployment: Deployment): Application[] {
  return deployment.resources('AWS::ECS::Service').flatMap((service) => {
    const task = deployment.find('AWS::ECS::TaskDefinition', service.properties.TaskDefinition);
    const labels = ((task?.properties.ContainerDefinitions ?? []) as any[])
      .map(({ DockerLabels = {} }) => DockerLabels as Record<string, string>)
      .find((each) => each[CacheTag.ROLE] === CacheRole.SIDECAR);
    return task && labels ? [{ service, task, labels }] : [];
  });
}

/** The application that clients are part of. Its own containers are not run: no image is pulled. */
export function readApplication(
  deployment: Deployment,
  { service, task, labels }: Application,
  subnetOf: (id: string) => SubnetPlan,
): SidecarsPlan {
  const definitions = task.properties.ContainerDefinitions as any[];
  const proxy = definitions.find(({ DockerLabels }) => DockerLabels?.[CacheTag.ROLE] === CacheRole.SIDECAR);
  const alone = { ...task, properties: { ...task.properties, ContainerDefinitions: [proxy] } };
  const port = Number(labels[CacheTag.PORT]);
  if (!port) {
    throw new RehearsalError(
      `container '${proxy.Name}' of ${task.logicalId} has the label ${CacheTag.PORT}=${labels[CacheTag.PORT]}, ` +
        'expected the port that it listens on',
    );
  }
  const containers = containersOf(alone).map((each) => ({ ...each, restarts: proxy.RestartPolicy?.Enabled === true }));
  const plan = readService(deployment, service, subnetOf, { task: alone });
  // One in each zone at the least, so that clients are where nothing is lost.
  const count = Math.max(plan.count, plan.subnets.length);
  return { kind: 'sidecars', port, application: { ...plan, name: 'application', port, count, containers } };
}

import { Lazy, type IResolveContext } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';

/**
 * States what a service does not have: target groups, names, and alarms that roll back its deployments.
 *
 * What a template no longer names, CloudFormation leaves as it is. A service would keep a target group, a name or an alarm that it
 * once had: the name could not be deleted, and a deployment fails where the target group is gone (AWS::ECS::Service,
 * `LoadBalancers` and `ServiceRegistries`; aws-cdk#35446, containers-roadmap#1746, copilot-cli#4565).
 */
export function stateAbsences(service: ecs.FargateService): void {
  const resource = service.node.defaultChild as ecs.CfnService;
  const { loadBalancers, serviceRegistries, deploymentConfiguration } = resource;
  resource.loadBalancers = atSynthesis((context) => context.resolve(loadBalancers) ?? []);
  resource.serviceRegistries = atSynthesis((context) => context.resolve(serviceRegistries) ?? []);
  resource.deploymentConfiguration = atSynthesis((context) => ({
    alarms: { alarmNames: [], enable: false, rollback: false },
    ...context.resolve(deploymentConfiguration),
  }));
}

/** What is attached later counts. */
function atSynthesis(produce: (context: IResolveContext) => unknown) {
  return Lazy.uncachedAny({ produce });
}

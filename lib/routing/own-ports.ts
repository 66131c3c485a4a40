import type { Construct } from 'constructs';
import type { ContainerSpecification } from '../containers/specification';
import { inputError } from '../errors';

/** Fails when clients are to connect to a port that the process needs for itself. */
export function checkOwnPorts(scope: Construct, { port, ownPorts = [] }: ContainerSpecification): void {
  if (!ownPorts.includes(port)) return;
  throw inputError({
    got: `port is ${port}`,
    expected: 'another one',
    advice: `the routing's own processes take it; choose a port other than ${ownPorts.join(', ')}`,
    scope,
  });
}

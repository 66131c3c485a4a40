import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { having } from '../validation';

/** Fails unless the value is the image of a container. */
export function knownImage(name: string, image: ecs.ContainerImage): ecs.ContainerImage {
  return having(name, image, 'bind', 'an ecs.ContainerImage');
}

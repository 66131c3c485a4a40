import { App, Stack, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MemcachedCluster, type MemcachedClusterProps } from '../lib';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** A resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string[];
  readonly UpdatePolicy?: unknown;
  readonly CreationPolicy?: unknown;
}

/** A stack in a region whose three zones are known. */
export function regionalStack(context: AppProps['context'] = {}): Stack {
  const app = new App({
    // No test reads the tree, and it takes a fifth of a synthesis.
    treeMetadata: false,
    context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES, ...context },
  });
  return new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } });
}

/** A network of three zones. */
export function threeZones(stack: Stack): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', { maxAzs: 3 });
}

/** A synthesized cluster in three zones. */
export class SynthesizedCluster {
  public readonly stack: Stack;
  public readonly cluster: MemcachedCluster;
  private synthesized?: Template;

  constructor(props: Partial<MemcachedClusterProps> = {}, stack = regionalStack()) {
    this.stack = stack;
    this.cluster = new MemcachedCluster(stack, 'Cache', { vpc: props.vpc ?? threeZones(stack), ...props });
  }

  public get template(): Template {
    this.synthesized ??= Template.fromStack(this.stack);
    return this.synthesized;
  }

  /** The resources of a type, by logical id. */
  public resources(type: string): Record<string, Resource> {
    return this.template.findResources(type) as Record<string, Resource>;
  }

  /** The one resource of a type. */
  public only(type: string): Resource {
    const found = Object.values(this.resources(type));
    if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}, expected one`);
    return found[0];
  }

  /** What a construct's value becomes in the template. */
  public resolve(value: unknown): unknown {
    return this.stack.resolve(value);
  }
}

/** The text of a value in a template, with each reference written as `${…}`. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[intrinsic, argument]] = Object.entries(value);
  if (intrinsic === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  if (intrinsic === 'Fn::Base64') return textOf(argument);
  return `\${${[argument].flat().map(textOf).join('.')}}`;
}

/** The tags of a resource as an object. */
export function tagsOf(resource: Resource): Record<string, string> {
  const tags = resource.Properties.Tags as { Key: string; Value: unknown }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, textOf(Value)]));
}

/** The resource of a type whose logical id names the part. */
export function partOf(made: SynthesizedCluster, type: string, part: string): Resource {
  const found = Object.entries(made.resources(type)).find(([id]) => id.includes(part));
  if (!found) throw new Error(`no resource of type ${type} has '${part}' in its id`);
  return found[1];
}

/** The shell text that a proxy's container runs. */
export function proxyCommand(made: SynthesizedCluster): string {
  return textOf(partOf(made, 'AWS::ECS::TaskDefinition', 'Proxy').Properties.ContainerDefinitions[0].Command[0]);
}

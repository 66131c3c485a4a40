import { createHash } from 'node:crypto';
import { RehearsalError } from '../errors';
import { Addresses } from './addresses';
import { Deployed, Intrinsics } from './intrinsics';
import type { Stack } from './template';

/** A resource of a template, with its intrinsic functions worked out. */
export interface DeployedResource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly properties: any;
}

/** With its intrinsic functions. */
type RawProperties = Readonly<Record<string, unknown>>;

const prefixes: Record<string, string> = {
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::LaunchTemplate': 'lt',
};

/**
 * The stacks as if they were deployed: every resource has its id, every network interface its address. After `earlier`, what
 * that had has the same ones.
 */
export class Deployment implements Deployed {
  readonly addresses: Addresses;
  private readonly intrinsics = new Intrinsics(this);
  private readonly resolved = new Map<string, DeployedResource>();
  private readonly interfaceAddresses: Map<string, string>;
  private readonly outsideSubnets: string[];

  constructor(
    readonly stacks: readonly Stack[],
    earlier?: Deployment,
  ) {
    this.addresses = earlier?.addresses ?? new Addresses();
    this.interfaceAddresses = new Map(earlier?.interfaceAddresses);
    this.outsideSubnets = earlier?.outsideSubnets ?? [];
  }

  /** Every resource of these types that the templates' conditions let in. */
  resources(...types: string[]): DeployedResource[] {
    return this.stacks.flatMap((stack) => this.idsIn(stack, types).map((logicalId) => this.resource(stack, logicalId)));
  }

  /** Those of a stack that its template tells by their tag. */
  tagged(stack: Stack, key: string, type: string): DeployedResource[] {
    const has = ({ Tags }: RawProperties) => Array.isArray(Tags) && Tags.some(({ Key }) => Key === key);
    return this.idsOf(stack, type, has).map((logicalId) => this.resource(stack, logicalId));
  }

  /**
   * The ids of those of a stack whose properties, as they are written, pass the test. What does not is not looked into,
   * whatever intrinsic functions it uses.
   */
  idsOf(stack: Stack, type: string, test: (properties: RawProperties) => boolean): string[] {
    return this.idsIn(stack, [type], test);
  }

  resource(stack: Stack, logicalId: string): DeployedResource {
    const key = `${stack.file}/${logicalId}`;
    const known = this.resolved.get(key);
    if (known) return known;
    const { Type, Properties } = this.raw(stack, logicalId);
    const resource = {
      stack,
      logicalId,
      type: Type,
      ref: this.ref(stack, logicalId),
      properties: this.intrinsics.resolve(Properties ?? {}, stack),
    };
    this.resolved.set(key, resource);
    return resource;
  }

  /** The resource with this id; none when it was made outside these stacks. */
  find(type: string, ref: unknown): DeployedResource | undefined {
    return this.resources(type).find((resource) => resource.ref === ref);
  }

  ref(stack: Stack, logicalId: string): string {
    const { Type } = this.raw(stack, logicalId);
    const prefix = prefixes[Type];
    // By path: stacks of other regions or stages may share a name.
    const hash = createHash('sha256').update(`${stack.path}/${logicalId}`).digest('hex').slice(0, 17);
    return prefix ? `${prefix}-${hash}` : `${stack.name}-${logicalId}-${hash.slice(0, 6)}`;
  }

  attribute(stack: Stack, logicalId: string, name: string): unknown {
    const { Type } = this.raw(stack, logicalId);
    switch (`${Type}.${name}`) {
      case 'AWS::EC2::NetworkInterface.PrimaryPrivateIpAddress':
        return this.interfaceAddress(this.resource(stack, logicalId));
      case 'AWS::EC2::SecurityGroup.GroupId':
      case 'AWS::EC2::VPC.VpcId':
        return this.ref(stack, logicalId);
      case 'AWS::EC2::VPC.CidrBlock':
      case 'AWS::EC2::Subnet.CidrBlock':
      case 'AWS::EC2::Subnet.AvailabilityZone':
        return this.resource(stack, logicalId).properties[name];
      case 'AWS::EC2::VPC.Ipv6CidrBlocks':
        return ['fd00::/56'];
      case 'AWS::EC2::LaunchTemplate.LatestVersionNumber':
      case 'AWS::EC2::LaunchTemplate.DefaultVersionNumber':
        return '1';
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer.DNSName':
        return `${dnsLabel(this.ref(stack, logicalId))}.elb.${stack.region}.amazonaws.com`.toLowerCase();
      default:
        return `${this.ref(stack, logicalId)}.${name}`;
    }
  }

  exported(name: string, importer: Stack): unknown {
    const here = this.stacks.filter(
      ({ account, region }) => account === importer.account && region === importer.region,
    );
    for (const stack of here) {
      for (const { Value, Export } of Object.values(stack.template.Outputs ?? {})) {
        if (Export && this.intrinsics.resolve(Export.Name, stack) === name) {
          return this.intrinsics.resolve(Value, stack);
        }
      }
    }
    throw new RehearsalError(`no stack of the assembly exports '${name}'; synthesize the stack that does with it`);
  }

  /** The block of a subnet. One made outside these stacks gets a block of its own: its real one is not known here. */
  subnetCidr(id: string): string {
    const known = this.find('AWS::EC2::Subnet', id)?.properties.CidrBlock;
    if (typeof known === 'string') return known;
    const seen = this.outsideSubnets.indexOf(id);
    const index = seen >= 0 ? seen : this.outsideSubnets.push(id) - 1;
    return `100.64.${index}.0/24`;
  }

  private idsIn(stack: Stack, types: readonly string[], test?: (properties: RawProperties) => boolean): string[] {
    return Object.entries(stack.template.Resources ?? {})
      .filter(([, { Type }]) => types.includes(Type))
      .filter(([, { Properties = {} }]) => test?.(Properties) ?? true)
      .filter(([, { Condition }]) => Condition === undefined || this.intrinsics.condition(Condition, stack))
      .map(([logicalId]) => logicalId);
  }

  private interfaceAddress({ ref, properties }: DeployedResource): string {
    const known = this.interfaceAddresses.get(ref) ?? properties.PrivateIpAddress;
    const address = known ?? this.addresses.next(this.subnetCidr(properties.SubnetId));
    this.interfaceAddresses.set(ref, address);
    return address;
  }

  private raw(stack: Stack, logicalId: string) {
    const resource = stack.template.Resources?.[logicalId];
    if (!resource) throw new RehearsalError(`${stack.name} refers to '${logicalId}', expected one of its resources`);
    return resource;
  }
}

/** What makes a name unique is at its end; DNS takes 63 characters. */
const dnsLabel = (name: string): string => name.slice(-63).replace(/^-+/, '');

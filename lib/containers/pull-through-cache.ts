import { Aws, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { inputError } from '../errors';
import { knownText } from '../validation';
import { ecrLogin, MemcachedImage } from './memcached-image';

/** The registry that the cache is of. It is served from us-east-1. */
const PUBLIC_REGISTRY = 'public.ecr.aws/';

/** The registry of the account and region that the stack is deployed to. */
const OWN_REGISTRY = `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}`;

/** As ECR's API reference has it, CreatePullThroughCacheRule. */
const PREFIX = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Fails unless ECR takes it for the prefix of a rule; a token may be one. */
export function knownPrefix(prefix: string): string {
  if (Token.isUnresolved(knownText('pullThroughCachePrefix', prefix))) return prefix;
  if (!PREFIX.test(prefix) || prefix.length < 2 || prefix.length > 30) {
    throw inputError({
      got: `pullThroughCachePrefix is '${prefix}'`,
      expected: '2 to 30 lower-case letters, digits and . _ - /, such as ecr-public',
      advice: 'take the ecrRepositoryPrefix of the rule, without a slash at its end',
    });
  }
  return prefix;
}

/** The image as hosts pull it: through the cache, where there is one and it is an image of Amazon's public registry. */
export function cachedMemcached(image: MemcachedImage, prefix?: string): MemcachedImage {
  return prefix !== undefined && image.imageUri.startsWith(PUBLIC_REGISTRY)
    ? new CachedMemcached(image, new CachedImage(prefix, image.imageUri.slice(PUBLIC_REGISTRY.length)))
    : image;
}

/**
 * An image of Amazon's public registry, through the cache where there is one.
 *
 * @param name repository and tag
 */
export function publicImage(name: string, prefix?: string): ecs.ContainerImage {
  return prefix === undefined ? ecs.ContainerImage.fromRegistry(PUBLIC_REGISTRY + name) : new CachedImage(prefix, name);
}

/** An image that ECR fetches from the public registry when it is first pulled, and keeps in a repository that it makes. */
class CachedImage extends ecs.ContainerImage {
  public readonly imageUri: string;

  constructor(
    private readonly prefix: string,
    private readonly name: string,
  ) {
    super();
    this.imageUri = `${OWN_REGISTRY}/${prefix}/${name}`;
  }

  public bind(_scope: unknown, { taskDefinition }: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    this.grantPull(taskDefinition.obtainExecutionRole());
    return { imageName: this.imageUri };
  }

  /** What ECR's user guide asks for: "IAM permissions required to sync an upstream registry". */
  public grantPull(grantee: iam.IGrantable): void {
    const repository = `${this.prefix}/${this.name.replace(/[:@].*$/, '')}`;
    iam.Grant.addToPrincipal({ grantee, actions: ['ecr:GetAuthorizationToken'], resourceArns: ['*'] });
    iam.Grant.addToPrincipal({
      grantee,
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:BatchImportUpstreamImage',
        'ecr:CreateRepository',
        'ecr:GetDownloadUrlForLayer',
      ],
      resourceArns: [`arn:${Aws.PARTITION}:ecr:${Aws.REGION}:${Aws.ACCOUNT_ID}:repository/${repository}`],
    });
  }
}

class CachedMemcached extends MemcachedImage {
  public readonly imageUri: string;
  protected readonly tag: undefined;

  constructor(
    private readonly image: MemcachedImage,
    private readonly cached: CachedImage,
  ) {
    super();
    this.imageUri = cached.imageUri;
  }

  public override unsafeRelease(): string | undefined {
    return this.image.unsafeRelease();
  }

  public toContainerImage(): ecs.ContainerImage {
    return this.cached;
  }

  public loginCommands(): string[] {
    return ecrLogin(OWN_REGISTRY, Aws.REGION);
  }

  public grantPull(grantee: iam.IGrantable): void {
    this.cached.grantPull(grantee);
  }
}

import { Fn, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { inputError } from '../errors';
import { having, knownText } from '../validation';

/**
 * CVE-2026-47783 and CVE-2026-47784 are fixed in 1.6.42; 1.6.43 to 1.6.45 hold 47 more fixes, overflows in the proxy and
 * in the crawler among them.
 */
const FIRST_SAFE_RELEASE = [1, 6, 45];

/** The release of the official image. */
export const OFFICIAL_RELEASE = '1.6.45';

/** A container image of memcached. */
export abstract class MemcachedImage {
  /**
   * The official image in Amazon's public registry, pinned to an exact release.
   *
   * It is the Alpine variant: its BusyBox provides the shell, `nc` and `wget` that the health probes use.
   */
  public static official(): MemcachedImage {
    return MemcachedImage.fromRegistry(`public.ecr.aws/docker/library/memcached:${OFFICIAL_RELEASE}-alpine`);
  }

  /**
   * An image in a registry that needs no login.
   *
   * It must hold memcached 1.6.45 or later, built with its proxy, and `sh`, `awk`, `grep`, `mkfifo`, `nc`, `sed`, `timeout` and
   * `wget`.
   *
   * @param image registry, repository and tag or digest
   */
  public static fromRegistry(image: string): MemcachedImage {
    return new RegistryImage(image);
  }

  /**
   * An image in an ECR repository. Nodes and proxies get the permission to pull it.
   *
   * It must hold memcached 1.6.45 or later, built with its proxy, and `sh`, `awk`, `grep`, `mkfifo`, `nc`, `sed`, `timeout` and
   * `wget`.
   *
   * @param repository the repository
   * @param tagOrDigest the tag or digest
   */
  public static fromEcrRepository(repository: ecr.IRepository, tagOrDigest: string): MemcachedImage {
    return new EcrImage(repository, tagOrDigest);
  }

  /** The image as `docker run` takes it. */
  public abstract readonly imageUri: string;

  /** The image as an ECS container definition takes it. */
  public abstract toContainerImage(): ecs.ContainerImage;

  /** Shell commands that log docker in to the registry. */
  public abstract loginCommands(): string[];

  /** Lets a host pull the image. */
  public abstract grantPull(grantee: iam.IGrantable): void;

  /** The tag or digest; none if it is not known at synthesis. */
  protected abstract readonly tag: string | undefined;

  /** Returns the release if the tag starts with one that is older than the first safe release. */
  public unsafeRelease(): string | undefined {
    const release = /^(\d+)\.(\d+)\.(\d+)/
      .exec(this.tag ?? '')
      ?.slice(1, 4)
      .map(Number);
    if (!release) return undefined;
    const difference = release.map((part, i) => part - FIRST_SAFE_RELEASE[i]).find((d) => d !== 0) ?? 0;
    return difference < 0 ? release.join('.') : undefined;
  }
}

/** Fails unless docker takes it for the name of an image; a token may be one. */
export function knownImageName(image: string): string {
  if (!Token.isUnresolved(knownText('image', image)) && !/^[\w./:@-]{1,512}$/.test(image)) {
    throw inputError({
      got: `image is '${image}'`,
      expected: 'up to 512 letters, digits and . / : @ _ - only',
      advice: 'write it as registry/repository:tag',
    });
  }
  return image;
}

/** Shell commands that log docker in to a registry of ECR. */
export function ecrLogin(registry: string, region: string): string[] {
  return [
    `login() { aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}; }`,
    'retry 10 login',
  ];
}

class RegistryImage extends MemcachedImage {
  protected readonly tag: string | undefined;

  constructor(public readonly imageUri: string) {
    super();
    knownImageName(imageUri);
    this.tag = Token.isUnresolved(imageUri) ? undefined : /:([^/:@]+)(@.*)?$/.exec(imageUri)?.[1];
  }

  public toContainerImage(): ecs.ContainerImage {
    return ecs.ContainerImage.fromRegistry(this.imageUri);
  }

  public loginCommands(): string[] {
    return [];
  }

  public grantPull(): void {}
}

class EcrImage extends MemcachedImage {
  public readonly imageUri: string;
  protected readonly tag: string | undefined;

  constructor(
    private readonly repository: ecr.IRepository,
    private readonly tagOrDigest: string,
  ) {
    super();
    having('repository', repository, 'repositoryUriForTagOrDigest', 'an ECR repository');
    if (knownText('tagOrDigest', tagOrDigest) === '') {
      throw inputError({
        got: "tagOrDigest is ''",
        expected: 'a tag or a digest',
        advice: 'name the release, such as 1.6.45-alpine',
      });
    }
    this.imageUri = repository.repositoryUriForTagOrDigest(tagOrDigest);
    this.tag = Token.isUnresolved(tagOrDigest) ? undefined : tagOrDigest;
  }

  public toContainerImage(): ecs.ContainerImage {
    return ecs.ContainerImage.fromEcrRepository(this.repository, this.tagOrDigest);
  }

  public loginCommands(): string[] {
    const registry = Fn.select(0, Fn.split('/', this.repository.repositoryUri));
    return ecrLogin(registry, this.repository.env.region);
  }

  public grantPull(grantee: iam.IGrantable): void {
    this.repository.grantPull(grantee);
  }
}

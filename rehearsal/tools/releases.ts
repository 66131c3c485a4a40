import type { ClusterPlan, ContainerPlan, InstancePlan } from '../assembly/plan';
import { type Engine, engineOf, versionOf } from './engines';

/** Of an engine of the template: what ran here, and what the template deploys. */
export interface Release {
  readonly engine: Engine;
  readonly ran: string;
  /** The release that the image's tag starts with; nothing where it starts with none. */
  readonly deployed?: string;
  /** As the template names it; nothing where it does not. */
  readonly image?: string;
}

interface Deployed {
  readonly engine: Engine;
  readonly image?: string;
}

/** Each engine and image of the clusters, once. */
export async function releasesOf(rootfs: string, plans: readonly ClusterPlan[]): Promise<Release[]> {
  const deployed = new Map(plans.flatMap(deployedBy).map((each) => [`${each.engine} ${each.image}`, each]));
  return Promise.all(
    [...deployed.values()].map(async ({ engine, image }) => {
      return { engine, ran: await versionOf(rootfs, engine), deployed: releaseOf(image), image };
    }),
  );
}

/** What runs in the containers of a cluster. */
export function deployedBy({ nodes, proxies, endpoint }: ClusterPlan): Deployed[] {
  return [
    ...nodes,
    ...(proxies ? [proxies] : []),
    ...(endpoint.kind === 'sidecars' ? [endpoint.application] : []),
  ].flatMap((host) => (host.kind === 'instance' ? instanceOf(host) : host.containers.flatMap(containerOf)));
}

/** An instance's image stands only in its user data, where the node's own is the first that is pulled. */
const instanceOf = ({ userData }: InstancePlan): Deployed[] => [
  { engine: 'memcached', image: /docker pull (?:-\S+ )*['"]?([^\s'"]+)/.exec(userData)?.[1] },
];

function containerOf(container: ContainerPlan): Deployed[] {
  const engine = engineOf(container);
  return engine ? [{ engine, image: container.image }] : [];
}

/** Without what follows it, as in `1.6.45-alpine`. */
export const releaseOf = (image: string | undefined): string | undefined =>
  /:v?(\d+(?:\.\d+)*)(?![\w.])[^/:]*$/.exec(image?.replace(/@.*$/, '') ?? '')?.[1];

/** Whether something else ran than is deployed. A tag such as `1.6` is any release of that name. */
export const differs = ({ ran, deployed }: Release): boolean =>
  deployed !== undefined && !`${ran}.`.startsWith(`${deployed}.`);

/** In one line: what ran and what is deployed. */
export function releasesLine(releases: readonly Release[]): string {
  const deployed = ({ deployed, image }: Release) => deployed ?? image ?? 'an image that the template does not name';
  return releases.map((each) => `${each.engine} ${each.ran} ran, ${deployed(each)} is deployed`).join('; ');
}

/** A line for each that differs. */
export const releaseWarnings = (releases: readonly Release[], rootfs: string): string[] =>
  releases
    .filter(differs)
    .map(
      ({ engine, ran, deployed }) =>
        `warning: ${engine} ${ran} ran, expected ${deployed}, which is deployed: what differs between them is not ` +
        `rehearsed; to fetch what debian has now, remove ${rootfs}`,
    );

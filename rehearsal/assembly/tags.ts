/** The tags by which a template tells what belongs to a cluster. */
export const tag = {
  cluster: 'cdk-memcached:cluster',
  role: 'cdk-memcached:role',
  topology: 'cdk-memcached:topology',
  zone: 'cdk-memcached:zone',
  node: 'cdk-memcached:node',
  interface: 'cdk-memcached:interface',
  group: 'cdk-memcached:group',
} as const;

interface Tagged {
  readonly properties: { Tags?: { Key: string; Value: unknown; PropagateAtLaunch?: boolean }[] };
}

export function tagsOf({ properties }: Tagged): Record<string, string> {
  return Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }) => [Key, String(Value)]));
}

/** The tags of an Auto Scaling group that its instances get too. */
export function propagatedTags({ properties }: Tagged): Record<string, string> {
  const tags = (properties.Tags ?? []).filter(({ PropagateAtLaunch }) => PropagateAtLaunch === true);
  return tagsOf({ properties: { Tags: tags } });
}

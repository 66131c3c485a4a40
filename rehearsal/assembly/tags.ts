interface Tag {
  readonly Key: string;
  readonly Value: unknown;
  readonly PropagateAtLaunch?: boolean;
}

interface Tagged {
  /** A list, or a map for the types that want one, such as SSM parameters. */
  readonly properties: { Tags?: readonly Tag[] | Readonly<Record<string, unknown>> };
}

export function tagsOf(tagged: Tagged): Record<string, string> {
  return Object.fromEntries(listOf(tagged).map(({ Key, Value }) => [Key, String(Value)]));
}

/** The tags of an Auto Scaling group that its instances get too. */
export function propagatedTags(tagged: Tagged): Record<string, string> {
  const tags = listOf(tagged).filter(({ PropagateAtLaunch }) => PropagateAtLaunch === true);
  return tagsOf({ properties: { Tags: tags } });
}

const listOf = ({ properties: { Tags = [] } }: Tagged): readonly Tag[] =>
  Array.isArray(Tags) ? Tags : Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));

import type { Template } from 'aws-cdk-lib/assertions';

/** What the resources of a template wait for, by logical id, as CloudFormation reads it. */
function graphOf(template: Template): Map<string, Set<string>> {
  const resources = template.toJSON().Resources as Record<string, { DependsOn?: string | string[] }>;
  const ids = new Set(Object.keys(resources));
  return new Map(
    Object.entries(resources).map(([id, resource]) => {
      const named = [...[resource.DependsOn ?? []].flat(), ...referencesIn(resource)];
      return [id, new Set(named.filter((other) => ids.has(other)))];
    }),
  );
}

function referencesIn(value: any): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, any]) => {
    if (key === 'Ref') return [inner];
    if (key === 'Fn::GetAtt') return [typeof inner === 'string' ? inner.split('.')[0] : inner[0]];
    if (key === 'Fn::Sub') {
      const [text] = [inner].flat();
      return [...referencesIn(inner), ...[...text.matchAll(/\$\{([^!.}]+)/g)].map(([, id]) => id)];
    }
    return referencesIn(inner);
  });
}

/** The resources that wait for themselves: CloudFormation refuses the template. */
export function circleIn(template: Template): string[] {
  const graph = graphOf(template);
  // What waits for nothing is made, and so on, until only circles are left.
  for (let made = true; made;) {
    made = false;
    for (const [id, others] of graph) {
      if ([...others].every((other) => !graph.has(other))) made = graph.delete(id);
    }
  }
  return [...graph.keys()];
}

/** All that a resource waits for, directly and through others. */
export function waitsFor(template: Template, id: string): Set<string> {
  const graph = graphOf(template);
  const found = new Set<string>();
  const look = (each: string): void => {
    for (const other of graph.get(each) ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      look(other);
    }
  };
  look(id);
  return found;
}

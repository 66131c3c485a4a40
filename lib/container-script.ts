import type { ContainerSpecification } from './container-specification';

/**
 * The text that `sh -c` runs in the container.
 *
 * Files travel in it, not in environment variables: it needs no volume and no image of one's own, and shows up
 * whole in the template.
 */
export function containerScript(specification: ContainerSpecification): string {
  const files = (specification.files ?? []).map(({ path, content }) => `printf '%s' ${quote(content)} > ${path}`);
  return [...files, specification.command].join('\n');
}

/** Quotes a text as one word for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/**
 * Asks memcached, or a proxy that speaks its protocol, for its version.
 *
 * With `timeout`, since a process that hangs still accepts connections and BusyBox's `nc -w` bounds only the connect.
 */
export function versionProbe(port: number): string {
  return `printf 'version\\r\\nquit\\r\\n' | timeout 2 nc 127.0.0.1 ${port} | grep -q '^VERSION'`;
}

import { quote } from '../../lib/contract/quote';
import { CommandResult, run } from './command';
import { ensureRootfs } from './rootfs';
import { rootScript } from '../namespace/root';

export interface ToolOptions {
  /** Files to lay out before the program starts, by absolute path below /tmp. */
  readonly files?: Record<string, string>;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/**
 * Runs a program of the root filesystem, as an ordinary user without network: to have the real memcached, HAProxy or
 * shell judge a configuration.
 */
export async function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<CommandResult> {
  const rootfs = await ensureRootfs((line) => process.stderr.write(`${line}\n`));
  const files = Object.entries(options.files ?? {}).map(
    ([path, text]) => `mkdir -p "$(dirname ${quote(path)})"; printf %s ${quote(text)} > ${quote(path)}`,
  );
  const script = [
    rootScript(rootfs),
    'ip link set lo up',
    ...files,
    'exec unshare --user --map-user=11211 --map-group=11211 -- "$@"',
  ].join('\n');
  const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child'];
  return run(['unshare', ...namespaces, 'sh', '-ec', script, 'sh', ...argv], options);
}

import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { quote } from '../../lib/contract/quote';
import { type CommandResult, run } from '../tools/command';
import type { Host } from './host';
import { familyOf, kill, namespaceInit, programOf } from './processes';

export interface ContainerOptions {
  readonly name: string;
  /** The program and its arguments, as the image's entry point and command give them. */
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly openFiles?: number;
  /** Kernel parameters of the host's network. One that the kernel does not have ends the container, as runc does. */
  readonly systemControls?: Readonly<Record<string, string>>;
  /** Volumes of the host that it sees. */
  readonly mounts?: readonly { readonly path: string; readonly volume: string; readonly readOnly: boolean }[];
  /** Whether its image is Amazon Linux, with the host's programs; it is Alpine otherwise. */
  readonly amazonLinux?: boolean;
}

/** Where a container looks for its programs. */
export const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A running container: a process tree of its own within a host, on the host's network. Emits `exit` once. */
export class Container extends EventEmitter {
  readonly startedAt = Date.now();
  exitCode: number | undefined;

  private constructor(
    private readonly options: ContainerOptions,
    host: Host,
    private readonly wrapper: ChildProcess,
  ) {
    super();
    host.log.follow(options.name, wrapper.stdout!);
    host.log.follow(options.name, wrapper.stderr!);
    wrapper.once('close', (code) => {
      this.exitCode = code ?? 137;
      host.log.write(options.name, `container exited with ${this.exitCode}`);
      this.emit('exit', this.exitCode);
    });
  }

  static start(host: Host, options: ContainerOptions): Container {
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    const container = ['unshare', ...namespaces, 'sh', '-ec', startScript(options), 'sh', ...options.argv];
    // Node would give it sockets, and a program cannot open /dev/stderr again when that is one.
    const wrapper = host.spawn(['bash', '-o', 'pipefail', '-c', '"$@" 2>&1 | cat', 'bash', ...container]);
    return new Container(options, host, wrapper);
  }

  get name(): string {
    return this.options.name;
  }

  get running(): boolean {
    return this.exitCode === undefined;
  }

  /** Ends the container's first process as the kernel's out-of-memory killer would: at once, without a word. */
  private kill(): void {
    const pid = namespaceInit(this.wrapper.pid!);
    if (pid !== undefined) kill(pid);
  }

  /** Ends it and waits until it has. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const exit = once(this, 'exit');
    this.kill();
    await exit;
  }

  /** Stops all its processes where they stand, or those of one program. Gives back what lets them go on. */
  freeze(program?: string): () => void {
    const init = namespaceInit(this.wrapper.pid!);
    const family = init === undefined ? [] : familyOf(init);
    const frozen = family.filter((pid) => program === undefined || programOf(pid) === program);
    if (frozen.length === 0) throw new Error(`container ${this.name} runs no ${program ?? 'process'}`);
    for (const pid of frozen) kill(pid, 'SIGSTOP');
    return () => frozen.forEach((pid) => kill(pid, 'SIGCONT'));
  }

  /** Runs a command beside the container's process, as `docker exec` and ECS's health check do. */
  async exec(argv: readonly string[], timeoutMs: number): Promise<CommandResult> {
    const pid = this.running ? namespaceInit(this.wrapper.pid!) : undefined;
    if (pid === undefined) return { code: 1, stdout: '', stderr: `container ${this.name} is not running` };
    const all = ['--user', '--preserve-credentials', '--mount', '--pid', '--net', '--uts', '--root', '--wd'];
    const environment = ['/bin/env', '-i', ...assignments(this.options)];
    return run(['nsenter', `--target=${pid}`, ...all, '--', ...environment, ...argv], { timeoutMs });
  }
}

const assignments = ({ environment, name }: ContainerOptions): string[] =>
  Object.entries({ PATH: imagePath, HOSTNAME: name, ...environment }).map(([key, value]) => `${key}=${value}`);

/** The image's folder becomes its root, or the host's own root does; the official memcached image runs as an ordinary user, so the process does. */
function startScript(options: ContainerOptions): string {
  const [user, group = user] = options.user.split(':');
  const quoted = assignments(options).map(quote);
  const controls = Object.entries(options.systemControls ?? {}).map(([name, value]) => {
    const set = `echo ${quote(value)} > /proc/sys/${name.replaceAll('.', '/')}`;
    // Linux before 6.3 hides all of net.core from ordinary users; somaxconn is then the kernel's own 4096.
    return name.startsWith('net.core.') ? `[ ! -e /proc/sys/net/core/somaxconn ] || ${set}` : set;
  });
  const image = `root=/image
mount --bind /usr/lib $root/usr/lib
mount --bind /usr/lib64 $root/usr/lib64
mount --bind /etc $root/etc
mount --rbind /dev $root/dev`;
  const mounts = (options.mounts ?? []).map(({ path, volume, readOnly }) => {
    const [source, target] = [`/var/lib/volumes/${volume}`, `$root${path}`];
    const bound = `mkdir -p ${source} ${target}; mount --bind ${source} ${target}`;
    return readOnly ? `${bound}; mount -o remount,bind,ro ${target}` : bound;
  });
  return `
${controls.join('\n')}
${options.amazonLinux ? 'root=' : image}
mount -t proc proc $root/proc
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mount -t tmpfs -o mode=1777 tmpfs $root/run
${mounts.join('\n')}
ulimit -n ${options.openFiles ?? '$(ulimit -Hn)'} 2>/dev/null || ulimit -n $(ulimit -Hn)
exec unshare --user --map-user=${user} --map-group=${group} --root=$root/ --wd=/ -- /bin/env -i ${quoted.join(' ')} "$@"`;
}

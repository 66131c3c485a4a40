import type { Host } from '../../namespace/host';
import { Container, type ContainerOptions } from '../../namespace/container';
import { type Answer, done, failed, parse } from './arguments';

const flags = ['-d', '--detach', '--init', '--read-only', '--rm', '-q', '--quiet', '-f', '--force', '-i', '-t', '-it'];
const runOptions = [
  ...['--name', '--restart', '--network', '--net', '--ulimit', '--log-driver', '--log-opt', '--entrypoint'],
  ...['-e', '--env', '-m', '--memory', '--user', '-u', '--stop-timeout', '--label', '-l', '--cap-drop'],
  ...['--security-opt', '--pull', '--memory-swap', '--cpus', '--oom-score-adj', '--tmpfs'],
];

/** The log drivers it has, and what each wants to be told. The rehearsal itself keeps all that a container says. */
const logDrivers: Record<string, readonly string[]> = {
  'json-file': [],
  local: [],
  awslogs: ['awslogs-group', 'awslogs-region', 'mode'],
};

function checkLog(driver = 'json-file', settings: readonly string[] = []): void {
  const wanted = logDrivers[driver];
  if (!wanted) throw new Error(`the rehearsal's stand-in has no log driver '${driver}'`);
  const missing = wanted.filter((name) => !settings.some((setting) => setting.startsWith(`${name}=`)));
  if (missing.length > 0) throw new Error(`log driver ${driver} lacks ${missing.join(', ')}, expected all of them`);
}

/** Docker waits so long before it restarts a container, twice as long each time, until one has lasted ten seconds. */
const backOff = { firstMs: 100, mostMs: 60_000, resetAfterMs: 10_000 };

/** Docker on one instance: it runs containers in the instance's namespaces and restarts them as it was told. */
export class Docker {
  private readonly containers = new Map<string, Container>();
  private readonly started = new Map<string, { policy: string; options: ContainerOptions }>();
  private stuck = false;

  constructor(private readonly host: Host) {}

  /** The container that a fault ends. */
  get running(): Container[] {
    return [...this.containers.values()].filter((container) => container.running);
  }

  /** From now on it answers nobody; what runs goes on running. */
  getStuck(): void {
    this.stuck = true;
  }

  async call(words: readonly string[]): Promise<Answer> {
    const [command, ...rest] = words;
    if (this.stuck) return new Promise(() => {});
    try {
      switch (command) {
        case 'run':
          return this.run(rest);
        case 'exec':
          return await this.exec(rest);
        case 'rm':
          return await this.remove(rest);
        case 'restart':
          return await this.restart(rest);
        case 'inspect':
          return this.inspect(rest);
        case 'image':
          return this.image(rest);
        case 'pull':
          return done(`${parse(rest, flags, ['--platform']).rest[0]}\n`);
        case 'login':
          parse(rest, ['--password-stdin'], ['--username', '-u']);
          return done('Login Succeeded\n');
        case 'info':
        case 'version':
          return done('rehearsal\n');
        default:
          return failed(125, `docker: the rehearsal's stand-in knows no 'docker ${command}'`);
      }
    } catch (error) {
      return failed(125, `docker: ${(error as Error).message}`);
    }
  }

  private run(words: readonly string[]): Answer {
    const { options, rest } = parse(words, flags, runOptions);
    const one = (...names: string[]) => names.flatMap((name) => options.get(name) ?? []).at(-1);
    const name = one('--name') ?? `container-${this.containers.size}`;
    if (this.containers.has(name)) return failed(125, `docker: the container name "/${name}" is already in use`);
    if ((one('--network', '--net') ?? 'bridge') !== 'host') {
      return failed(125, "docker: the rehearsal's stand-in has no bridge, expected --network host");
    }
    checkLog(one('--log-driver'), options.get('--log-opt'));
    if (!options.has('-d') && !options.has('--detach')) {
      return failed(125, "docker: the rehearsal's stand-in runs nothing in the foreground, expected --detach");
    }
    const [, ...command] = rest;
    const entrypoint = one('--entrypoint');
    const argv = entrypoint === undefined ? command : [entrypoint, ...command];
    const files = (options.get('--ulimit') ?? []).find((limit) => limit.startsWith('nofile='));
    this.start(one('--restart') ?? 'no', {
      name,
      argv,
      environment: Object.fromEntries(
        [...(options.get('-e') ?? []), ...(options.get('--env') ?? [])].map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), pair.slice(at + 1)];
        }),
      ),
      user: one('--user', '-u') ?? '11211:11211', // the official image's own
      openFiles: files === undefined ? undefined : Number(/=(\d+)/.exec(files)?.[1]),
    });
    return done(`${name}\n`);
  }

  private start(policy: string, options: ContainerOptions, waitMs = backOff.firstMs): void {
    this.started.set(options.name, { policy, options });
    const container = Container.start(this.host, options);
    this.containers.set(options.name, container);
    container.once('exit', (code: number) => {
      const wanted =
        policy === 'always' || policy === 'unless-stopped' || (policy.startsWith('on-failure') && code !== 0);
      if (!wanted) return;
      const pause = Date.now() - container.startedAt > backOff.resetAfterMs ? backOff.firstMs : waitMs;
      setTimeout(() => {
        const current = this.containers.get(options.name) === container && !this.host.dead;
        if (current) this.start(policy, options, Math.min(pause * 2, backOff.mostMs));
      }, pause);
    });
  }

  private async exec(words: readonly string[]): Promise<Answer> {
    const { rest } = parse(words, flags, ['-e', '--env', '-u', '--user', '-w', '--workdir']);
    const [name = '', ...argv] = rest;
    const container = this.containers.get(name);
    if (!container) return failed(1, `Error response from daemon: No such container: ${name}`);
    const { code, stdout, stderr } = await container.exec(argv, 30_000);
    return { code, text: code === 0 ? stdout : stderr || stdout };
  }

  /** Without the time to stop: this stand-in is no kinder than docker. */
  private async restart(words: readonly string[]): Promise<Answer> {
    const { rest } = parse(words, [], ['-t', '--time', '--timeout']);
    for (const name of rest) {
      const container = this.containers.get(name);
      const { policy, options } = this.started.get(name) ?? {};
      if (!container || !policy || !options) return failed(1, `Error response from daemon: No such container: ${name}`);
      this.containers.delete(name); // or it is started again by its policy too
      await container.stop();
      this.start(policy, options);
    }
    return done(`${rest.join('\n')}\n`);
  }

  private async remove(words: readonly string[]): Promise<Answer> {
    const { options, rest } = parse(words, [...flags, '-v', '--volumes'], []);
    const force = options.has('-f') || options.has('--force');
    for (const name of rest) {
      const container = this.containers.get(name);
      if (!container && !force) return failed(1, `Error response from daemon: No such container: ${name}`);
      this.containers.delete(name);
      await container?.stop();
    }
    return done(`${rest.join('\n')}\n`);
  }

  /** The machine image holds none. */
  private image([command, name]: readonly string[]): Answer {
    return command === 'inspect'
      ? failed(1, `Error response from daemon: No such image: ${name}`)
      : failed(125, `docker: the rehearsal's stand-in knows no 'docker image ${command}'`);
  }

  private inspect(words: readonly string[]): Answer {
    const { options, rest } = parse(words, [], ['-f', '--format', '--type']);
    const container = this.containers.get(rest[0] ?? '');
    if (!container) return failed(1, `Error: No such object: ${rest[0]}`);
    const format = (options.get('-f') ?? options.get('--format'))?.[0]?.replaceAll(/\s/g, '');
    if (format === '{{.State.Running}}') return done(`${container.running}\n`);
    if (format === '{{.State.Status}}') return done(`${container.running ? 'running' : 'restarting'}\n`);
    if (format === undefined) return done(`[{ "State": { "Running": ${container.running} } }]\n`);
    return failed(1, `docker: the rehearsal's stand-in knows no format '${format}'`);
  }
}

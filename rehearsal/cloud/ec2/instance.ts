import { randomBytes } from 'node:crypto';
import type { InstancePlan } from '../../assembly/plan';
import type { Host } from '../../namespace/host';
import { macOf } from '../../namespace/network';
import { bounds } from '../delays';
import type { Handler, MetadataServer } from '../metadata-server';
import { within } from '../wait';
import { type Answer, done, failed } from './arguments';
import { type AttachRequest, awsCli } from './aws-cli';
import { Docker } from './docker';
import { type Card, instanceMetadata } from './imds';
import { packageManager, type StandIn, standInNames, standInScript } from './stand-ins';
import { Systemd } from './systemd';

/** Which instance holds which network interface. */
export type Attachments = Map<string, Instance>;

/** An EC2 instance: it boots by running its launch template's user data. */
export class Instance {
  readonly id = `i-${randomBytes(8).toString('hex')}0`;
  readonly docker: Docker;
  private readonly systemd: Systemd;
  private inService = false;
  private readonly token = randomBytes(16).toString('base64');
  private readonly cards: Card[] = [];
  private deploying = true;
  private signalled: (success: boolean) => void = () => {};

  constructor(
    readonly host: Host,
    private readonly plan: InstancePlan,
    private readonly metadata: MetadataServer,
    private readonly attachments: Attachments,
    poweredOff: () => void = () => {},
  ) {
    this.docker = new Docker(host);
    // One that powers off because it could not boot ends the rehearsal anyway, with more to say.
    this.systemd = new Systemd(host, bootPath, () => this.inService && poweredOff());
    this.addCard(`eni-${randomBytes(8).toString('hex')}0`, host.address, 0);
  }

  /** Runs the user data and waits for its signal; `deploying` while CloudFormation waits for it too. */
  async boot(deploying: boolean): Promise<void> {
    const { host, plan } = this;
    if (!plan.userData.startsWith('#!')) {
      throw new Error(
        `user data of ${plan.name} starts with '${plan.userData.slice(0, 20)}', expected a script with #!`,
      );
    }
    this.deploying = deploying;
    const signal = new Promise<boolean>((resolve) => (this.signalled = resolve));
    for (const name of standInNames) host.write(`/usr/local/bin/${name}`, standInScript, 0o755);
    host.write('/opt/aws/bin/cfn-signal', standInScript, 0o755);
    host.write('/var/lib/cloud/instance/scripts/part-001', plan.userData, 0o755);

    host.write('/var/log/cloud-init-output.log', ''); // the rehearsal keeps it itself

    const script = host.spawn(['/usr/bin/env', '-i', `PATH=${bootPath}`, '/var/lib/cloud/instance/scripts/part-001']);
    host.log.follow('user-data', script.stdout!);
    host.log.follow('user-data', script.stderr!);
    const ended = new Promise<boolean>((resolve) =>
      script.once('close', (code) => {
        host.log.write('user-data', `ended with ${code}`);
        resolve(false); // without a signal before: the instance never comes into service
      }),
    );
    const failure = (what: string) =>
      `${plan.name}: ${what}; the end of its log (${host.log.path}):\n${host.log.tail()}`;
    const booted = Promise.race([signal, ended]);
    // One that nobody waits for may take its time to warm up.
    const success = await (deploying
      ? within(bounds.bootMs, booted, () => failure('its user data to signal'))
      : booted);
    this.inService = success;
    if (!success && !host.dead) throw new Error(failure('the user data did not signal success'));
  }

  /** Stops answering for a host that is gone, and lets go of its interface. */
  release(): void {
    for (const { address } of this.cards) this.metadata.forget(address);
    if (this.attachments.get(this.plan.interfaceId) === this) this.attachments.delete(this.plan.interfaceId);
  }

  private readonly handle: Handler = async (request) => {
    if (request.path !== '/rehearsal/stand-in') {
      return instanceMetadata({ id: this.id, plan: this.plan, cards: this.cards }, this.token, request);
    }
    const [name = '', ...words] = request.body.toString().split('\0').slice(0, -1);
    const { code, text } = await this.standIn(name)(words);
    const shown = text.trim().split('\n')[0] ?? '';
    this.host.log.write(name, `${words.join(' ').slice(0, 200)} -> ${code} ${shown}`);
    return { status: 200, body: text, headers: { 'x-exit-code': String(code) } };
  };

  private standIn(name: string): StandIn {
    const known: Record<string, StandIn> = {
      aws: (words) => awsCli(words, (request) => this.attach(request)),
      'cfn-signal': (words) => this.cfnSignal(words),
      dnf: packageManager,
      yum: packageManager,
      docker: (words) => this.docker.call(words),
      systemctl: (words) => this.systemd.call(words),
    };
    return known[name] ?? (() => failed(127, `${name}: not found`));
  }

  private async attach({ interfaceId, instanceId, device }: AttachRequest): Promise<string | undefined> {
    const refused = (code: string, why: string) =>
      `An error occurred (${code}) when calling the AttachNetworkInterface operation: ${why}`;
    if (instanceId !== this.id) return refused('InvalidInstanceID.NotFound', `no instance '${instanceId}'`);
    if (interfaceId !== this.plan.interfaceId) {
      return refused('InvalidNetworkInterfaceID.NotFound', `no networkInterface '${interfaceId}'`);
    }
    if (this.attachments.has(interfaceId)) {
      return refused('InvalidParameterValue', `Interface: [${interfaceId}] in use.`);
    }
    this.attachments.set(interfaceId, this);
    await this.host.plug(`eth${device}`, this.plan.interfaceAddress);
    this.addCard(interfaceId, this.plan.interfaceAddress, device);
    return undefined;
  }

  private cfnSignal(words: readonly string[]): Answer {
    const value = (...names: string[]) => {
      const at = words.findIndex((word) => names.includes(word.split('=')[0]!));
      return at < 0 ? undefined : words[at]!.includes('=') ? words[at]!.split('=')[1] : words[at + 1];
    };
    const exitCode = value('-e', '--exit-code') ?? (value('-s', '--success') === 'false' ? '1' : '0');
    const resource = value('--resource');
    const stack = value('--stack')?.replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1'); // its name or its id
    if (resource !== this.plan.group || stack !== this.plan.stack) {
      return failed(
        1,
        `ValidationError: signalled resource ${resource} of stack ${stack}, ` +
          `expected ${this.plan.group} of ${this.plan.stack}`,
      );
    }
    this.signalled(exitCode === '0');
    // CloudFormation refuses signals for what it is not waiting for: so does this, when an instance is replaced later.
    return this.deploying
      ? done()
      : failed(1, `ValidationError: Stack ${stack} is in CREATE_COMPLETE state and cannot be signaled`);
  }

  private addCard(id: string, address: string, device: number): void {
    this.cards.push({ id, address, mac: macOf(address), device });
    this.metadata.serve(address, this.handle);
  }
}

const bootPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

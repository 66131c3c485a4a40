import type { RecordPlan } from '../assembly/plan';
import type { Host } from '../namespace/host';
import { kill } from '../namespace/processes';
import { childrenOf } from '../namespace/processes';

const recordsFile = '/run/records';

/** The VPC's resolver: a real dnsmasq that answers Cloud Map's names and the load balancer's. */
export class NameServer {
  private readonly records: { name: string; address: string }[] = [];
  private wrapper: number | undefined;

  constructor(private readonly host: Host) {}

  /** `ttl` is of all answers: dnsmasq knows one for its records. */
  async start(ttl: number): Promise<void> {
    this.host.write(recordsFile, '');
    const server = this.host.spawn([
      // --no-daemon also keeps it from dropping groups, which a user namespace does not allow.
      ...['/usr/sbin/dnsmasq', '--no-daemon', '--no-resolv', '--no-hosts', '--user=root', '--pid-file='],
      ...[`--addn-hosts=${recordsFile}`, `--local-ttl=${ttl}`],
    ]);
    this.host.log.follow('dnsmasq', server.stdout!);
    this.host.log.follow('dnsmasq', server.stderr!);
    await new Promise<void>((resolve, reject) => {
      server.stderr!.on('data', (chunk) => String(chunk).includes('started') && resolve());
      server.once('close', (code) => reject(new Error(`dnsmasq ended with ${code}: ${this.host.log.tail()}`)));
    });
    this.wrapper = server.pid;
  }

  add({ name }: Pick<RecordPlan, 'name'>, address: string): void {
    this.records.push({ name, address });
    this.publish();
  }

  remove({ name }: Pick<RecordPlan, 'name'>, address: string): void {
    const at = this.records.findIndex((record) => record.name === name && record.address === address);
    if (at >= 0) this.records.splice(at, 1);
    this.publish();
  }

  private publish(): void {
    this.host.write(recordsFile, this.records.map(({ name, address }) => `${address} ${name}\n`).join(''));
    for (const server of childrenOf(this.wrapper!)) kill(server, 'SIGHUP'); // dnsmasq reads its records again
  }
}

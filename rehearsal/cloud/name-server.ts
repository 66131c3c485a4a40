import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { SubnetPlan } from '../assembly/plan';
import type { Host } from '../namespace/host';
import type { DnsRecord } from './dns/records';

/** The VPC's resolver: it answers Cloud Map's names, and the load balancer's by the zone of who asks. */
export class NameServer {
  private records: readonly DnsRecord[] = [];
  private server!: ChildProcess;

  constructor(private readonly host: Host) {}

  /** `subnets` say in which zone an address is. */
  async start(subnets: readonly SubnetPlan[]): Promise<void> {
    const program = join(__dirname, 'resolver.js');
    this.server = this.host.spawn([process.execPath, program, JSON.stringify(subnets)], 'pipe');
    this.host.log.follow('resolver', this.server.stderr!);
    await new Promise<void>((resolve, reject) => {
      this.server.stdout!.once('data', () => resolve());
      this.server.once('close', (code) =>
        reject(new Error(`the resolver ended with ${code}: ${this.host.log.tail()}`)),
      );
    });
  }

  add(record: DnsRecord): void {
    this.publish([...this.records, record]);
  }

  remove({ name }: Pick<DnsRecord, 'name'>, address: string): void {
    this.publish(this.records.filter((record) => record.name !== name || record.address !== address));
  }

  private publish(records: readonly DnsRecord[]): void {
    this.records = records;
    this.server.stdin!.write(`${JSON.stringify(records)}\n`);
  }
}

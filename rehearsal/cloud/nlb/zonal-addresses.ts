import type { BalancerPlan } from '../../assembly/plan';
import { delays } from '../delays';
import type { NameServer } from '../name-server';

/** Seconds for which an answer may be kept: AWS's figure of a load balancer's name. */
const ttl = 60;

/** The addresses of a load balancer in DNS, one in each zone. */
export class ZonalAddresses {
  private readonly addresses = new Map<string, string>();
  private readonly unhealthySince = new Map<string, number>();
  private readonly withdrawn = new Set<string>();

  constructor(
    private readonly names: Pick<NameServer, 'add' | 'remove'>,
    private readonly plan: Pick<BalancerPlan, 'dnsName' | 'affinity'>,
  ) {}

  publish(zone: string, address: string): void {
    this.addresses.set(zone, address);
    this.add(zone);
  }

  /**
   * Takes out the addresses of zones that have been unhealthy for as long as an answer may be kept: the worst case, as if
   * everybody had just asked. Where all zones are unhealthy, all addresses stay.
   */
  observe(healthy: ReadonlySet<string>, now: number): void {
    for (const zone of this.addresses.keys()) {
      if (healthy.has(zone)) this.unhealthySince.delete(zone);
      else if (!this.unhealthySince.has(zone)) this.unhealthySince.set(zone, now);
    }
    const lost = [...this.unhealthySince].filter(([, since]) => now - since >= delays.dnsMs).map(([zone]) => zone);
    const leaving = new Set(lost.length < this.addresses.size ? lost : []);
    for (const zone of this.addresses.keys()) {
      if (leaving.has(zone) && !this.withdrawn.has(zone)) this.withdraw(zone);
      if (!leaving.has(zone) && this.withdrawn.delete(zone)) this.add(zone);
    }
  }

  private add(zone: string): void {
    const { dnsName: name, affinity } = this.plan;
    this.names.add({ name, address: this.addresses.get(zone)!, ttl, zonal: { zone, affinity } });
  }

  private withdraw(zone: string): void {
    this.withdrawn.add(zone);
    this.names.remove({ name: this.plan.dnsName }, this.addresses.get(zone)!);
  }
}

import type { SubnetPlan } from '../assembly/plan';
import { Addresses } from '../assembly/addresses';
import { Host } from '../namespace/host';
import type { Log } from '../namespace/log';
import type { Network } from '../namespace/network';

/** What every host of a cluster is made with. */
export class Vpc {
  readonly addresses: Addresses;

  constructor(
    readonly network: Network,
    private readonly rootfs: string,
    private readonly nameserver: string,
    private readonly makeLog: (name: string) => Log,
    reserved: readonly { subnet: SubnetPlan; address: string }[],
  ) {
    this.addresses = new Addresses();
    for (const { subnet, address } of reserved) this.addresses.reserve(subnet.cidr, address);
  }

  /** A new host in a subnet, with a new address unless it must have a certain one. */
  async boot(
    name: string,
    subnet: SubnetPlan,
    options: { address?: string; machineFiles?: boolean; beside?: Host } = {},
  ): Promise<Host> {
    const address = options.address ?? options.beside?.address ?? this.addresses.next(subnet.cidr);
    return Host.boot(this.network, this.rootfs, {
      name,
      zone: subnet.zone,
      address,
      nameserver: this.nameserver,
      log: this.makeLog(`${name}-${address}`),
      machineFiles: options.machineFiles,
      beside: options.beside,
    });
  }
}

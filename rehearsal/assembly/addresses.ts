import { RehearsalError } from '../errors';
import { parseCidr, toAddress, toNumber } from './cidr';

/** Hands out the free addresses of subnets, each once: a replaced host never gets its predecessor's address. */
export class Addresses {
  private readonly taken = new Map<string, number>();

  next(cidr: string): string {
    const { first, size } = parseCidr(cidr);
    const offset = (this.taken.get(cidr) ?? 3) + 1; // AWS keeps the first four and the last for itself
    if (offset >= size - 1) {
      throw new RehearsalError(`subnet ${cidr} has no free address left, expected room for every host; make it larger`);
    }
    this.taken.set(cidr, offset);
    return toAddress(first + offset);
  }

  /** Keeps an address, and those below it, for whom it was given to before. */
  reserve(cidr: string, address: string): void {
    const offset = toNumber(address) - parseCidr(cidr).first;
    this.taken.set(cidr, Math.max(offset, this.taken.get(cidr) ?? 3));
  }
}

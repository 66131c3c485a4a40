/** A block of IPv4 addresses. */
export interface Block {
  readonly first: number;
  readonly size: number;
}

export function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function parseCidr(cidr: string): Block {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(toNumber(address) / size) * size, size };
}

export function contains(cidr: string, address: string): boolean {
  const { first, size } = parseCidr(cidr);
  const number = toNumber(address);
  return number >= first && number < first + size;
}

/** `Fn::Cidr`: the first blocks with so many host bits. */
export function cidrBlocks(cidr: string, count: number, hostBits: number): string[] {
  const { first } = parseCidr(cidr);
  const size = 2 ** hostBits;
  return Array.from({ length: count }, (_, i) => `${toAddress(first + i * size)}/${32 - hostBits}`);
}

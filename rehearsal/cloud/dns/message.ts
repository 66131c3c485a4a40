import type { DnsRecord } from './records';

/** A question of a client, as it came. */
export interface Question {
  readonly name: string;
  readonly type: number;
  /** The first question's end in the message: what follows is not answered. */
  readonly end: number;
}

const headerBytes = 12;
const addressType = 1;
const internetClass = 1;
const nameIsInQuestion = 0xc000 | headerBytes;

/** Reads the first question; nothing when there is none. */
export function questionOf(message: Buffer): Question | undefined {
  if (message.length < headerBytes || message.readUInt16BE(4) === 0) return undefined;
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message[at]; length !== undefined && length > 0; length = message[at]) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  return end > message.length ? undefined : { name: labels.join('.'), type: message.readUInt16BE(at + 1), end };
}

/** The answer with these addresses. A name that has none does not exist; other types than addresses have no data. */
export function answerMessage(asked: Buffer, { type, end }: Question, records: readonly DnsRecord[]): Buffer {
  const given = type === addressType ? records : [];
  const header = Buffer.alloc(headerBytes);
  asked.copy(header, 0, 0, 2);
  // A response of an authority that recurses too, to the same question.
  header.writeUInt16BE(0x8480 | (asked.readUInt16BE(2) & 0x0100) | (records.length === 0 ? 3 : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(given.length, 6);
  return Buffer.concat([header, asked.subarray(headerBytes, end), ...given.map(addressRecord)]);
}

function addressRecord({ address, ttl }: DnsRecord): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt16BE(nameIsInQuestion, 0);
  record.writeUInt16BE(addressType, 2);
  record.writeUInt16BE(internetClass, 4);
  record.writeUInt32BE(ttl, 6);
  record.writeUInt16BE(4, 10);
  Buffer.from(address.split('.').map(Number)).copy(record, 12);
  return record;
}

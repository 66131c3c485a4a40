import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { contains } from '../../assembly/cidr';
import type { SubnetPlan } from '../../assembly/plan';
import { answerMessage, questionOf } from './message';
import { answerTo, type DnsRecord } from './records';

/**
 * The resolver's process: it runs on a host of the rehearsal. Its argument is the list of subnets, from which it knows in which zone
 * somebody asks; each line on stdin is the list of all records from then on.
 */
function main(subnets: readonly SubnetPlan[]): void {
  let records: readonly DnsRecord[] = [];
  createInterface({ input: process.stdin }).on('line', (line) => (records = JSON.parse(line) as DnsRecord[]));
  const zoneOf = (address: string) => subnets.find(({ cidr }) => contains(cidr, address))?.zone;
  const socket = createSocket('udp4', (message, { address, port }) => {
    const question = questionOf(message);
    if (!question) return;
    const answer = answerTo(records, question.name, zoneOf(address), Math.random);
    socket.send(answerMessage(message, question, answer), port, address);
  });
  socket.bind(53, () => console.log('ready'));
}

main(JSON.parse(process.argv[2]!));

import { DETAILS, type ProbeEvent } from '../../lib/contract/probe-event';
import { Probe } from './probe';

const probe = new Probe();

/** Asks the cluster how it is and writes a line of JSON for each of its parts. */
export async function handler(event: ProbeEvent): Promise<void> {
  const lines = await probe.run(checked(event));
  // Not console.log, which wraps what it is given.
  for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
}

function checked(event: ProbeEvent): ProbeEvent {
  const { cluster, detail, nodes } = event;
  if (typeof cluster === 'string' && DETAILS.includes(detail) && Array.isArray(nodes)) return event;
  throw new Error(
    `the event is ${JSON.stringify(event)}, expected a cluster, a detail of ` +
      `${DETAILS.slice(0, -1).join(', ')} or ${DETAILS.at(-1)}, and nodes: ` +
      'invoke the function with what its schedule gives it',
  );
}

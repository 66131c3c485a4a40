import { Runner } from './runner';

const runner = new Runner();
afterAll(() => runner.close());

/** Two refusals in the same moment are more than a second try can make good. */
const LOST = 0.02;

test.each(['replicated', 'sharded'] as const)(
  '%s: what the nodes refuse one client costs others hardly an answer, and never a write',
  async (topology) => {
    const { rounds, refused, lost, wrong } = await runner.harm(topology);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(390);
    expect(rounds).toBeGreaterThan(100);
    expect(lost / rounds).toBeLessThan(LOST);
  },
);

import { Runner } from './runner';

const runner = new Runner();
afterAll(() => runner.close());

/** One in two hundred: two refusals in the same moment are more than a second try can make good. */
const ERRORS = 0.005;

test.each(['replicated', 'sharded'] as const)(
  '%s: what the nodes refuse one client costs others no answer and no write',
  async (topology) => {
    const { rounds, refused, errors, wrong } = await runner.harm(topology);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(390);
    expect(rounds).toBeGreaterThan(100);
    expect(errors / rounds).toBeLessThan(ERRORS);
  },
);

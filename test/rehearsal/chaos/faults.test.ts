import { faults, strike } from '../../../rehearsal/chaos/faults';

const flap = { ...faults.find(({ name }) => name === 'flap')!, everyMs: 5 };

/** An aim whose link is down or not, and how often it has been. */
function link({ failsAt = Infinity } = {}) {
  const state = { down: false, times: 0 };
  const cut = async () => {
    state.times += 1;
    if (state.times >= failsAt) throw new Error('it was replaced');
    state.down = true;
    return async () => void (state.down = false);
  };
  return { state, aim: { what: 'a link', cut, refuse: cut } };
}

/** Waits for it, but not for ever. */
async function hasBeenDown(state: { times: number }, times: number): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (state.times < times && Date.now() < deadline) await new Promise(setImmediate);
  expect(state.times).toBeGreaterThanOrEqual(times);
}

test('what flaps comes and goes until its end, and is then well', async () => {
  const { state, aim } = link();
  const end = await strike(flap, aim);
  expect(state).toEqual({ down: true, times: 1 });
  await hasBeenDown(state, 3);
  await end();
  expect(state.down).toBe(false);
  const { times } = state;
  await new Promise((done) => setTimeout(done, 20));
  expect(state).toEqual({ down: false, times });
});

test('what has been replaced while it flapped is left in peace', async () => {
  const { state, aim } = link({ failsAt: 2 });
  const end = await strike(flap, aim);
  await hasBeenDown(state, 3);
  await end();
  expect(state.down).toBe(false);
});

test('what cannot be struck at first is an error', async () => {
  await expect(strike(flap, link({ failsAt: 1 }).aim)).rejects.toThrow('it was replaced');
});

import { inside } from './fixtures/inside';

test('a write that a proxy gave up lands at the node seconds after its return, but not with the template’s system controls', async () => {
  const { answers, landed } = await inside('late-writes');
  expect(answers).toEqual(Array(4).fill('STORED'));
  expect(landed).toEqual({ asIs: null, without: expect.any(Number) });
});

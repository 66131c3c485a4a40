import { inside } from './fixtures/inside';

test('a host that refuses answers with a reset, to all or to one, and serves again afterwards', async () => {
  const { before, toAll, toOne, after } = await inside('refuse');
  const well = { client: 'answers', other: 'answers', itself: 'answers' };
  expect(before).toEqual(well);
  expect(toAll).toEqual({ client: 'refused', other: 'refused', itself: 'answers' });
  expect(toOne).toEqual({ ...well, client: 'refused' });
  expect(after).toEqual(well);
});

import { inside } from './fixtures/inside';

test('an EC2 node that is stuck starts its container again, and where that does not help a machine takes its place', async () => {
  const { healthy, stuckContainer, stuckDocker, lostInterface } = await inside('ec2-check');
  expect(healthy).toEqual({ running: 1 });
  expect(stuckContainer).toMatchObject({ empty: true, sameInstance: true, sameContainer: false });
  expect(stuckDocker).toMatchObject({ empty: true, sameInstance: false });
  expect(lostInterface).toMatchObject({ empty: true, sameInstance: false });
});

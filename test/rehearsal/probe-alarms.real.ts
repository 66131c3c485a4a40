import { inside } from './fixtures/inside';

/** What the synthesized probe finds, and the synthesized alarms make of it. */
test('copies that differ fire an alarm, and so do debts that cannot be paid; when it is repaired, none does', async () => {
  const { healthy, differing, alike, owed, paid } = await inside('probe-alarms');
  expect({ healthy, alike, paid }).toEqual({ healthy: [], alike: [], paid: [] });
  // In the third minute, and the fifth. The other proxies have paid for the one that cannot.
  expect(differing).toEqual(['CacheDegraded 3', 'CopiesDiffer 3']);
  expect(owed).toEqual(['CacheDegraded 5', 'DebtsStayOwed 5']);
});

import { checkPlatform } from '../../../rehearsal/tools/platform';
import { rootfsName, suites } from '../../../rehearsal/tools/packages';

test('a platform without namespaces is told in one line', async () => {
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  try {
    await expect(checkPlatform()).rejects.toThrow(
      'cannot rehearse on darwin: network namespaces need linux; ' +
        'run it in a linux virtual machine, synthesis works here as it is',
    );
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

test('the cache folder is named by what is in it', () => {
  expect(rootfsName(suites)).toMatch(/^rootfs-[0-9a-f]{12}$/);
  expect(rootfsName(suites)).not.toBe(rootfsName(suites.slice(1)));
});

import { RehearsalError } from '../errors';
import { run } from './command';

/** Says in one line what this computer lacks for a rehearsal. */
export async function checkPlatform(): Promise<void> {
  if (process.platform !== 'linux') {
    throw new RehearsalError(
      `cannot rehearse on ${process.platform}: network namespaces need linux; ` +
        'run it in a linux virtual machine, synthesis works here as it is',
    );
  }
  await need('apt-get', ['apt-get', '--version'], 'use debian or ubuntu, whose apt fetches the tools');
  await need('dpkg-deb', ['dpkg-deb', '--version'], 'use debian or ubuntu, whose dpkg unpacks the tools');
  await need('nsenter', ['nsenter', '--version'], 'install the package util-linux');
  const namespaces = await run(['unshare', '--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', 'true']);
  if (namespaces.code !== 0) {
    throw new RehearsalError(
      `cannot make network namespaces: ${namespaces.stderr.trim()}; allow unprivileged user namespaces ` +
        '(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0, ' +
        'user.max_user_namespaces>0; in a container: an unconfined seccomp profile)',
    );
  }
}

async function need(program: string, argv: string[], advice: string): Promise<void> {
  const found = await run(argv).catch(() => undefined);
  if (found?.code !== 0) {
    throw new RehearsalError(`cannot rehearse: ${program} is missing; ${advice}`);
  }
}

import { type Answer, done, failed } from './arguments';

/**
 * The programs on an instance that speak to AWS or need an internet. Each is this script under another name: it asks
 * the rehearsal what to print and how to end.
 */
export const standInNames = ['aws', 'cfn-signal', 'dnf', 'docker', 'systemctl', 'yum'];

export const standInScript = `#!/bin/sh
out=$(mktemp)
code=$(
  { printf '%s\\0' "\${0##*/}"; for word in "$@"; do printf '%s\\0' "$word"; done; } |
    curl --silent --show-error --output "$out" --write-out '%header{x-exit-code}' --data-binary @- \\
      http://169.254.169.254/rehearsal/stand-in
)
code=\${code:-70}
if [ "$code" = 0 ]; then cat "$out"; else cat "$out" >&2; fi
rm -f "$out"
exit "$code"
`;

export type StandIn = (words: readonly string[]) => Promise<Answer> | Answer;

/** What Amazon Linux's package manager would install is already here. */
export const packageManager: StandIn = (words) =>
  words.some((word) => ['install', 'update', 'upgrade', 'makecache', 'clean'].includes(word))
    ? done(`rehearsal: dnf ${words.join(' ')}\n`)
    : failed(1, `rehearsal: the stand-in of dnf knows no 'dnf ${words.join(' ')}'`);

/** The only service that runs on a rehearsed instance is docker. */
export const systemctl: StandIn = (words) => {
  const [verb, ...units] = words.filter((word) => !word.startsWith('-'));
  if (verb === 'daemon-reload') return done();
  const known = units.length > 0 && units.every((unit) => /^(docker|containerd)(\.service|\.socket)?$/.test(unit));
  return known && ['enable', 'start', 'restart', 'is-active', 'status'].includes(verb ?? '')
    ? done(verb === 'is-active' ? 'active\n' : '')
    : failed(5, `rehearsal: the stand-in of systemctl knows no 'systemctl ${words.join(' ')}', only docker's service`);
};

import { Duration, Lazy } from 'aws-cdk-lib';
import { CacheTimeouts, type CacheTimeoutsOptions } from '../../lib';
import { proxyCommand, SynthesizedCluster } from '../synth';

test('by default a client waits a second: two tries that run out, and the one that is answered', () => {
  const { cluster } = new SynthesizedCluster();
  expect(cluster.timeouts.client.toMilliseconds()).toBe(1000);
  expect(new CacheTimeouts({ request: Duration.millis(300) }).client.toMilliseconds()).toBe(1300);
});

test('they go into the options of memcached’s proxy', () => {
  const timeouts = { connect: Duration.millis(150), request: Duration.millis(300), retry: Duration.seconds(2) };
  const command = proxyCommand(new SynthesizedCluster({ timeouts }));
  expect(command).toMatch(
    /backend_connect_timeout = 0\.15,\s+backend_read_timeout = 0\.3,\s+backend_retry_waittime = 2,/,
  );
});

test.each<[CacheTimeoutsOptions, string]>([
  [
    { connect: Duration.millis(500) },
    'timeouts.connect is 500 ms and timeouts.request 200 ms, expected connect to be no longer than request: shorten ' +
      'connect or lengthen request',
  ],
  [
    { request: Duration.seconds(1), retry: Duration.millis(500) },
    'timeouts.request is 1000 ms and timeouts.retry 500 ms, expected request to be no longer than retry',
  ],
  [
    { connect: Duration.millis(0) },
    'timeouts.connect in milliseconds is 0, expected a whole number between 10 and 10000',
  ],
  [{ request: Duration.minutes(1) }, 'timeouts.request in milliseconds is 60000, expected a whole number between'],
  [{ retry: Duration.hours(1) }, 'timeouts.retry in milliseconds is 3600000, expected a whole number between 10'],
  [{ request: Duration.millis(200.5) }, 'timeouts.request in milliseconds is 200.5, expected a whole number'],
  [
    { retry: Duration.millis(Lazy.number({ produce: () => 1 })) },
    'timeouts.retry is a token, expected a duration known at synthesis',
  ],
])('%j is an error', (timeouts, message) => {
  expect(() => new SynthesizedCluster({ timeouts })).toThrow(message);
});

test('a negative one does not get so far', () => {
  expect(() => ({ connect: Duration.millis(-1) })).toThrow(/amounts cannot be negative.*-1/);
});

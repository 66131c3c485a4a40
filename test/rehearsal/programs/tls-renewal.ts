import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { runIn } from '../../../rehearsal/clients/run-in';
import type { Certificates } from '../../../rehearsal/cloud/certificates';
import { keepSecrets } from '../../../rehearsal/cloud/ecs/secrets';
import { until } from '../../../rehearsal/cloud/wait';
import type { Host } from '../../../rehearsal/namespace/host';
import { onStage } from './stage';
import { answersOf, ask, firingsOf, librariesOf, own, startWithTls } from './tls-clients';

/** What clients get of a cluster whose proxies end TLS, also when its certificates are renewed. */
onStage(async (stage) => {
  const started = await startWithTls(stage);
  const { cloud, host, port, name, certificates, stranger } = started;
  const answers = await answersOf(started);
  const libraries = await librariesOf(started);
  const canary = await firingsOf(cloud);

  const secrets = stage.plan.proxies!.containers.find((each) => each.secrets)!.secrets!;
  const proxies = stage.plan.zones.map((zone) => cloud.proxies!.hostIn(zone));
  /** The hour is over, in which each of them reads the secrets once. */
  const renew = async (values: Certificates) => {
    for (const proxy of proxies) {
      keepSecrets(proxy, secrets, values);
      await until(async () => {
        const { code } = await runIn(proxy, ['pkill', '-x', '-f', 'sleep [0-9]{4}'], { withinSeconds: 2 });
        return code === 0 ? undefined : `${proxy.address} to wait until it reads its secrets again`;
      }, 10_000);
    }
  };
  const processes = async () => Promise.all(proxies.map(processOf));
  /** Whether each proxy serves the certificate of an authority. */
  const servedBy = async ({ authority: ca }: Certificates): Promise<boolean> => {
    const said = await Promise.all(
      proxies.map(({ address }) => ask({ host: address, port: 11210, servername: name, ca, ...own(started) })),
    );
    return said.every((each) => each.startsWith('VERSION'));
  };

  const before = await processes();
  const open = connect({ host, port, servername: name, ca: certificates.authority, ...own(started) });
  await asked(open, 'set kept 0 0 1\r\n1\r\n');
  const both = certificates.authority + stranger.authority;
  await renew({ ...stranger, authority: both });
  await until(async () => ((await servedBy(stranger)) ? undefined : 'the new certificate to be served'), 10_000);
  const renewed = {
    letsIn: await ask({ host, port, servername: name, ca: both, cert: stranger.client, key: stranger.client }),
    openConnection: await asked(open, 'get kept\r\n'),
  };

  // memcached takes the certificate first, and drops the key that does not belong to it.
  const withoutKey = certificates.server.replace(/-----BEGIN PRIVATE KEY-----[^]*/, '');
  await renew({ authority: both, server: withoutKey, client: stranger.client });
  await until(async () => {
    const silent = proxies.find(({ log }) => !log.tail(60).includes('does not take the certificate'));
    return silent && `${silent.address} to say that it does not take a certificate without a key`;
  }, 10_000);
  const wrong = { goesOn: await servedBy(stranger) };
  const sameProcesses = JSON.stringify(await processes()) === JSON.stringify(before);
  return { answers, libraries, canary, renewed, wrong, readOnly: await readsOnly(proxies[0]!), sameProcesses };
});

const processOf = async (proxy: Host): Promise<string> =>
  (await runIn(proxy, ['pgrep', '-x', 'memcached'], { withinSeconds: 2 })).stdout.trim();

/** Whether memcached can only read its certificate. */
async function readsOnly(proxy: Host): Promise<boolean> {
  const mounted = "grep ' /run/certificates ro,' /proc/$(pgrep -x memcached)/mountinfo";
  return (await runIn(proxy, ['sh', '-c', mounted], { withinSeconds: 2 })).stdout !== '';
}

async function asked(socket: TLSSocket, text: string): Promise<string> {
  socket.write(text);
  const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])]);
  return String(said).trim();
}

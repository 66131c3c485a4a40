import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { connect, type ConnectionOptions } from 'node:tls';
import { MemcacheClient } from 'memcache-client';
import { withMonitor } from '../../../rehearsal/alarms/with-monitor';
import type { BalancerPlan } from '../../../rehearsal/assembly/plan';
import { runIn } from '../../../rehearsal/clients/run-in';
import { Cloud } from '../../../rehearsal/cloud/cloud';
import { makeCertificates } from '../../../rehearsal/cloud/certificates';
import { tlsRelay } from '../../../rehearsal/load/tls-relay';
import { Connection, onStage } from './stage';

const PYMEMCACHE = `
import ssl, sys
from pymemcache.client.base import Client
host, port, authority, certificate = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
if certificate: context.load_cert_chain(certificate)
client = Client((host, int(port)), tls_context=context, connect_timeout=1, timeout=1)
client.set('python', 'value', noreply=False)
print(client.get('python').decode())
`;

/** What clients get of a cluster whose endpoint speaks TLS, and what its canary makes of it. */
onStage(async ({ plan, network, metadata, rootfs, makeLog }) => {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await cloud.start(() => {}, 'up');
  const { dnsName, port, tls } = plan.endpoint as BalancerPlan;
  const { authority, client } = cloud.certificates!;
  const names = new Resolver();
  names.setServers([plan.nameserver]);
  const [host] = await names.resolve4(dnsName);

  const app = await cloud.vpc.boot('app', cloud.clientSubnet);
  const stranger = await makeCertificates(app, tls!.name);
  const mine = tls!.mutual ? { cert: client, key: client } : {};
  const trusting = { ca: authority, servername: tls!.name };
  const ask = async (options: ConnectionOptions) => {
    const socket = connect({ host, port, timeout: 2000, ...options }).on('timeout', () => socket.destroy());
    socket.on('secureConnect', () => socket.write('version\r\n'));
    const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])]).catch(
      (error: NodeJS.ErrnoException) => [error.code],
    );
    socket.destroy();
    return String(said).trim();
  };
  const answers: Record<string, string> = {
    trusting: await ask({ ...trusting, ...mine }),
    otherName: await ask({ ...trusting, ...mine, servername: 'other.example.com' }),
    otherAuthority: await ask({ ...trusting, ...mine, ca: stranger.authority }),
    withoutCertificate: await ask(trusting),
    strangersCertificate: await ask({ ...trusting, cert: stranger.client, key: stranger.client }),
  };

  const memcacheClient = new MemcacheClient({
    server: { server: `${host}:${port}`, maxConnections: 1 },
    tls: { ...trusting, ...mine },
    cmdTimeout: 2000,
  });
  await memcacheClient.set('node', 'value');
  const stored = (await memcacheClient.get<string>('node'))?.value;
  memcacheClient.shutdown();

  const certificateOfClient = tls!.mutual ? client : undefined;
  const relay = await tlsRelay(`${host}:${port}`, { name: tls!.name, authority, certificate: certificateOfClient });
  const relayed = await Connection.to('127.0.0.1', Number(relay.split(':')[1]));
  answers.relayed = (await relayed.ask('version')).trim();

  app.write('/etc/hosts', `${host} ${tls!.name}\n`);
  app.write('/tmp/authority.pem', authority);
  app.write('/tmp/client.pem', client);
  const words = [tls!.name, String(port), '/tmp/authority.pem', tls!.mutual ? '/tmp/client.pem' : ''];
  const python = await runIn(app, ['python3', '-c', PYMEMCACHE, ...words], { withinSeconds: 10 });

  const canary = await withMonitor(cloud, async (monitor) => {
    await monitor!.begin();
    await monitor!.minute();
    return monitor!.firings.map(({ name }) => name);
  });
  const libraries = { 'memcache-client': stored, pymemcache: python.stdout.trim() || python.stderr };
  return { answers, libraries, canary };
});

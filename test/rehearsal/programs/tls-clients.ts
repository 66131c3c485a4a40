import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { connect, type ConnectionOptions } from 'node:tls';
import { MemcacheClient } from 'memcache-client';
import { withMonitor } from '../../../rehearsal/alarms/with-monitor';
import type { BalancerPlan } from '../../../rehearsal/assembly/plan';
import { runIn } from '../../../rehearsal/clients/run-in';
import { type Certificates, makeCertificates } from '../../../rehearsal/cloud/certificates';
import { Cloud } from '../../../rehearsal/cloud/cloud';
import { tlsRelay } from '../../../rehearsal/load/tls-relay';
import type { Host } from '../../../rehearsal/namespace/host';
import { Connection, type Stage } from './stage';

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

const DALLI = `
require 'dalli'
host, port, authority, certificate = ARGV
context = OpenSSL::SSL::SSLContext.new
context.set_params(ca_file: authority)
unless certificate.empty?
  context.cert = OpenSSL::X509::Certificate.new(File.read(certificate))
  context.key = OpenSSL::PKey.read(File.read(certificate))
end
client = Dalli::Client.new("#{host}:#{port}", ssl_context: context, socket_timeout: 1, silence_marshal_warning: true)
client.set('ruby', 'value')
puts client.get('ruby')
`;

/** A running cluster whose endpoint speaks TLS, and a host of clients. */
export interface TlsStage {
  readonly cloud: Cloud;
  readonly app: Host;
  /** Of the endpoint: an address of it. */
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly mutual: boolean;
  readonly certificates: Certificates;
  /** Of another authority, for the same name. */
  readonly stranger: Certificates;
}

export async function startWithTls({ plan, network, metadata, rootfs, makeLog }: Stage): Promise<TlsStage> {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await Promise.race([cloud.start(() => {}, 'up'), cloud.failure]);
  const { dnsName, port, tls } = plan.endpoint as BalancerPlan;
  const { name, mutual } = tls!;
  const names = new Resolver();
  names.setServers([plan.nameserver]);
  const [host] = await names.resolve4(dnsName);
  const app = await cloud.vpc.boot('app', cloud.clientSubnet);
  const stranger = await makeCertificates(app, name);
  return { cloud, app, host: host!, port, name, mutual, certificates: cloud.certificates!, stranger };
}

/** What the server says to `version`, or why it does not. */
export async function ask(options: ConnectionOptions): Promise<string> {
  const socket = connect({ timeout: 2000, ...options }).on('timeout', () => socket.destroy());
  socket.on('secureConnect', () => socket.write('version\r\n'));
  const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['closed'])]).catch(
    (error: NodeJS.ErrnoException) => [error.code],
  );
  socket.destroy();
  return String(said).trim();
}

/** What clients get that check the certificate, that should have presented one, and that speak TLS through a relay. */
export async function answersOf(stage: TlsStage): Promise<Record<string, string>> {
  const { host, port, name, certificates, stranger } = stage;
  const at = { host, port, servername: name };
  const trusting = { ...at, ca: certificates.authority };
  const mine = own(stage);
  const certificate = mine.cert;
  const relay = await tlsRelay(`${host}:${port}`, { name, authority: certificates.authority, certificate });
  const relayed = await Connection.to('127.0.0.1', Number(relay.split(':')[1]));
  return {
    trusting: await ask({ ...trusting, ...mine }),
    otherName: await ask({ ...trusting, ...mine, servername: 'other.example.com' }),
    otherAuthority: await ask({ ...at, ...mine, ca: stranger.authority }),
    withoutCertificate: await ask(trusting),
    strangersCertificate: await ask({ ...trusting, cert: stranger.client, key: stranger.client }),
    relayed: (await relayed.ask('version')).trim(),
  };
}

/** What client libraries have stored, and got again. */
export async function librariesOf(stage: TlsStage): Promise<Record<string, string | undefined>> {
  const { app, host, port, name, mutual, certificates } = stage;
  const memcacheClient = new MemcacheClient({
    server: { server: `${host}:${port}`, maxConnections: 1 },
    tls: { ca: certificates.authority, servername: name, ...own(stage) },
    cmdTimeout: 2000,
  });
  await memcacheClient.set('node', 'value');
  const stored = (await memcacheClient.get<string>('node'))?.value;
  memcacheClient.shutdown();

  app.write('/etc/hosts', `${host} ${name}\n`);
  app.write('/tmp/authority.pem', certificates.authority);
  app.write('/tmp/client.pem', certificates.client);
  const words = [name, String(port), '/tmp/authority.pem', mutual ? '/tmp/client.pem' : ''];
  const python = await runIn(app, ['python3', '-c', PYMEMCACHE, ...words], { withinSeconds: 10 });
  const ruby = await runIn(app, ['ruby', '-e', DALLI, ...words], { withinSeconds: 10 });
  return {
    'memcache-client': stored,
    pymemcache: python.stdout.trim() || python.stderr,
    dalli: ruby.stdout.trim() || ruby.stderr,
  };
}

/** The alarms that the canary and the rest of the probe make fire within a minute. */
export const firingsOf = (cloud: Cloud): Promise<string[]> =>
  withMonitor(cloud, async (monitor) => {
    await monitor!.begin();
    await monitor!.minute();
    return monitor!.firings.map(({ name }) => name);
  });

/** What a client presents. */
export const own = ({ mutual, certificates: { client } }: TlsStage): { cert?: string; key?: string } =>
  mutual ? { cert: client, key: client } : {};

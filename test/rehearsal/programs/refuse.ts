import { onStage } from './stage';
import { run } from '../../../rehearsal/tools/command';

/** What a host hears of another that is refused, to all and to one; and whether the other still hears itself. */
onStage(async ({ vpc, plan, nodes: [node] }) => {
  const [server, client, other] = [
    await vpc.boot('server', plan.subnets[0]!, { address: node!.interfaceAddress }),
    await vpc.boot('client', plan.subnets[1]!),
    await vpc.boot('other', plan.subnets[1]!),
  ];
  const listener = server.spawn(['memcached', '-u', 'root', '-l', '0.0.0.0', '-p', '11211'], 'ignore');
  listener.on('error', () => {});
  const ask = async (from: typeof server): Promise<string> => {
    const words = `printf 'version\\r\\nquit\\r\\n' | timeout 2 busybox nc ${server.address} 11211`;
    const { code, stdout, stderr } = await run(
      ['nsenter', `--target=${from.pid}`, '--net', '--mount', '--', 'sh', '-c', words],
      { timeoutMs: 5_000 },
    );
    return stdout.startsWith('VERSION') ? 'answers' : /refused/.test(stderr) ? 'refused' : `${code} ${stderr}`;
  };
  const heard = async () => ({ client: await ask(client), other: await ask(other), itself: await ask(server) });
  for (let attempt = 0; attempt < 50 && (await ask(server)) !== 'answers'; attempt += 1);

  const before = await heard();
  const endForAll = await vpc.network.refuse(server.address);
  const toAll = await heard();
  await endForAll();
  const endForOne = await vpc.network.refuse(server.address, client.address);
  const toOne = await heard();
  await endForOne();
  const after = await heard();
  return { before, toAll, toOne, after };
});

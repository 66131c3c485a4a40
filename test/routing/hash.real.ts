import { libraryText } from '../../lib/routing/proxy-library';
import { runTool } from '../../rehearsal/tools/run-tool';
import { NODE_PORT, PRELUDE } from '../real-cluster';

/** As many nodes as there are letters of zones, and the lengths that the hash treats apart, at both of their ends. */
const MOST_NODES = 26;
const LENGTHS = [
  4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 96, 97, 127, 128, 129, 160, 200, 239, 240, 241, 245, 250,
];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * A route that writes a key to a pool of as many nodes as the key begins with, where the server chooses the node, and then
 * reads it from the node that our hash chooses. The server has no function that says which node it would choose.
 */
const LIBRARY = `${libraryText('hash.lua')}
function route_agree_conf(arguments) return arguments end
function route_agree_start(arguments, context, generator)
  local pools, nodes = {}, {}
  for i = 1, ${MOST_NODES} do
    pools[i] = generator:new_handle(arguments.children[i])
    nodes[i] = generator:new_handle(arguments.children[${MOST_NODES} + i])
  end
  generator:ready { n = context:label(), f = function(rctx)
    return function(r)
      local key = r:key()
      local size = tonumber(string.match(key, "^%d+"))
      rctx:enqueue_and_wait(mcp.request("ms " .. key .. " 1\\r\\n", "x\\r\\n"), pools[size])
      return rctx:enqueue_and_wait(r, nodes[bucket(key, size)])
    end
  end }
end
register_route_handlers { "agree" }`;

const CONFIG = `
local children, list = {}, {}
for i = 1, ${MOST_NODES} do
  local address = "127.0.1." .. i .. ":${NODE_PORT}"
  table.insert(list, address)
  pools { ["node_" .. i] = { backends = { address } }, ["pool_" .. i] = { backends = table.move(list, 1, i, 1, {}) } }
  children[i], children[${MOST_NODES} + i] = "pool_" .. i, "node_" .. i
end
routes { default = route_agree({ children = children }) }`;

/** Of each length in each pool: the pool's size comes first. */
const KEYS = [
  ...new Set(
    Array.from({ length: MOST_NODES }, (_, i) => i + 1).flatMap((size) => [
      ...LENGTHS.flatMap((length, i) =>
        ['a', 'b', 'é', 'z'].map((fill, j) => keyOf(`${size}.${(size * 131 + i * 17 + j).toString(36)}`, length, fill)),
      ),
      ...(size < 10 ? [`${size}`, ...LETTERS.flatMap((letter) => [`${size}${letter}`, `${size}${letter}z`])] : []),
    ]),
  ),
];

function keyOf(start: string, length: number, fill: string): string {
  const key = start.slice(0, length);
  const rest = length - Buffer.byteLength(key);
  return key + fill.repeat(Math.floor(rest / Buffer.byteLength(fill))) + 'x'.repeat(rest % Buffer.byteLength(fill));
}

/** How many keys are held by the node that our hash says, and how many are not. */
async function agreement(library: string): Promise<{ agreed: number; differed: number }> {
  const input = KEYS.map((key) => `mg ${key}\r\n`).join('') + 'mn\r\n';
  const files = {
    '/tmp/library.lua': library,
    '/tmp/config.lua': CONFIG,
  };
  const act = `${PRELUDE}
    cat > /tmp/ask
    for i in $(seq ${MOST_NODES}); do memcached -m 8 -t 1 -l 127.0.1.$i -p ${NODE_PORT} & done
    for i in $(seq ${MOST_NODES}); do answers 1.$i ${NODE_PORT}; done
    memcached -l 127.0.0.1 -t 1 -o proxy_config=routelib:/tmp/library.lua,proxy_arg=/tmp/config.lua &
    answers 0.1 11211
    timeout 30 nc 127.0.0.1 11211 < /tmp/ask | tr -d '\\r' | sed '/^MN/q' | sort | uniq -c`;
  const { code, stdout, stderr } = await runTool(['sh', '-c', act], { files, input, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`the script ended with ${code}: ${stdout}${stderr}`);
  const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}\\b`).exec(stdout)?.[1] ?? 0);
  return { agreed: count('HD'), differed: count('EN') };
}

test('our hash chooses the node that the server chooses, for each length of keys and size of pools', async () => {
  expect(KEYS.length).toBeGreaterThan(2000);
  const { agreed, differed } = await agreement(LIBRARY);
  expect(differed).toBe(0);
  expect(agreed).toBe(KEYS.length);
});

test('one wrong constant of it is found', async () => {
  const { differed } = await agreement(LIBRARY.replace('0x165667919E3779F9', '0x165667919E3779F7'));
  expect(differed).toBeGreaterThan(KEYS.length / 4);
});

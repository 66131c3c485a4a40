import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { quote } from '../contract/quote';
import type { ContainerSpecification } from '../containers/specification';
import type { CacheContext } from '../context/cache-context';
import { CacheRole } from '../contract/roles';
import { OFFICIAL_RELEASE } from '../containers/memcached-image';
import type { MemcachedNode } from '../nodes/node';

const CONFIG_PATH = '/tmp/haproxy.cfg';
const SERVICE_PATH = '/tmp/discovery.lua';
const HEALTH_PORT = 8404;
const SESSIONS = 8192;

/**
 * What ElastiCache's clients ask for, in its present and its older form, and what else they ask. The version has to rise
 * whenever the nodes change: it is the time at which the container started, in seconds.
 */
const SERVICE = `local version, nodes = ...
local list = version .. "\\n" .. nodes .. "\\n"
local data = " 0 " .. #list .. "\\r\\n" .. list .. "\\r\\nEND\\r\\n"
local answers = {
  ["config get cluster"] = "CONFIG cluster" .. data,
  ["get AmazonElastiCache:cluster"] = "VALUE AmazonElastiCache:cluster" .. data,
  ["stats"] = "STAT version ${OFFICIAL_RELEASE}\\r\\nEND\\r\\n",
  ["version"] = "VERSION ${OFFICIAL_RELEASE}\\r\\n",
}
core.register_service("discovery", "tcp", function(applet)
  while true do
    local line = applet:getline()
    local command = line:match("^(.-)%s*$")
    if line == "" or command == "quit" then return end
    applet:send(answers[command] or "ERROR\\r\\n")
  end
end)
`;

/**
 * A process that lists the nodes for clients as ElastiCache's configuration endpoint does: HAProxy with a few lines of Lua.
 *
 * Clients differ in whether they take a node's name or its address from the answer, so both fields hold what the node is
 * known by.
 */
export function autoDiscovery(
  { port }: CacheContext,
  nodes: MemcachedNode[],
  image: ecs.ContainerImage,
): ContainerSpecification {
  const list = nodes.map(({ endpoint: { hostname, port } }) => `${hostname}|${hostname}|${port}`).join(' ');
  return {
    process: 'haproxy',
    role: CacheRole.DISCOVERY,
    image,
    files: [
      { path: SERVICE_PATH, content: SERVICE },
      { path: CONFIG_PATH, content: configuration(port) },
    ],
    command: `export NODES=${quote(list)} VERSION=$(date +%s)\nexec haproxy -db -f ${CONFIG_PATH}`,
    port,
    ownPorts: [HEALTH_PORT],
    healthProbe: `wget -q -T 2 -O /dev/null http://127.0.0.1:${HEALTH_PORT}/health`,
  };
}

/**
 * `listen`, the inspection and `server-fin` together: with less, HAProxy keeps the connections for ever whose clients
 * close without a word, as a load balancer's health check does.
 */
function configuration(port: number): string {
  return [
    'global',
    `  maxconn ${SESSIONS + 256}`,
    '  log stdout format raw local0 notice',
    `  lua-load-per-thread ${SERVICE_PATH} "$VERSION" "$NODES"`,
    'defaults',
    '  log global',
    '  mode tcp',
    '  timeout connect 1s',
    // Clients ask once a minute, and may keep the connection.
    '  timeout client 10m',
    '  timeout server 10m',
    '  timeout server-fin 1s',
    'listen discovery',
    // Fewer than the process takes: when clients hold them all, the health probe still gets in.
    `  maxconn ${SESSIONS}`,
    `  bind :${port}`,
    '  tcp-request inspect-delay 10s',
    '  tcp-request content use-service lua.discovery if { req.len gt 0 }',
    'frontend health',
    '  mode http',
    '  timeout client 10s',
    `  bind 127.0.0.1:${HEALTH_PORT}`,
    '  monitor-uri /health',
    '',
  ].join('\n');
}

import { nodeFigures, nodeSample } from '../../../lambda/probe/node-statistics';
import {
  mcrouterSample,
  memcachedProxySample,
  readHaproxy,
  readTwemproxy,
  sumOfProxies,
} from '../../../lambda/probe/proxy-statistics';
import { readStatistics } from '../../../lambda/probe/statistics';

test('an answer is whole with its last line, and not before', () => {
  const whole = 'STAT pid 7\r\nSTAT version 1.6.38\r\nEND\r\n';
  for (let length = 0; length < whole.length; length++) {
    expect(readStatistics(whole.slice(0, length), false)).toBeUndefined();
  }
  expect(readStatistics(whole, false)).toEqual({ pid: '7', version: '1.6.38' });
  expect(readStatistics('END\r\n', false)).toEqual({});
});

describe('a node', () => {
  const stats = { pid: '1', uptime: '60', cmd_get: '10', get_hits: '9', bytes: '25', limit_maxbytes: '100' };

  test('has the figures that it tells, and no others', () => {
    const sample = nodeSample({
      ...stats,
      curr_connections: '8',
      max_connections: '1024',
      cmd_set: 'many',
      evictions: '-1',
    });
    expect(sample).toEqual({
      pid: 1,
      uptime: 60,
      counters: { Gets: 10, Hits: 9 },
      gauges: { BytesUsedRatio: 0.25, Connections: 8, ConnectionsRatio: 8 / 1024, Uptime: 60 },
    });
    expect(nodeSample({})).toEqual({ counters: {}, gauges: {} });
    expect(nodeSample({ ...stats, limit_maxbytes: '0' }).gauges).toEqual({ Uptime: 60 });
  });

  test('has a hit ratio only when something was read', () => {
    const sample = nodeSample(stats);
    expect(nodeFigures(sample, { Gets: 10, Hits: 9 })).toMatchObject({ HitRatio: 0.9, Gets: 10 });
    expect(nodeFigures(sample, { Gets: 10, Hits: 9 })).not.toHaveProperty('Hits');
    expect(nodeFigures(sample, { Gets: 10, Hits: 0 })).toMatchObject({ HitRatio: 0 });
    for (const rates of [{ Gets: 0, Hits: 0 }, { Gets: 10 }, {}]) {
      expect(nodeFigures(sample, rates)).not.toHaveProperty('HitRatio');
    }
  });
});

describe('a proxy', () => {
  test('memcached’s counts over all its routes', () => {
    const stats = {
      pid: '1',
      uptime: '9',
      proxy_backend_failed: '8',
      proxy_backend_marked_bad: '4',
      proxy_conn_errors: '99',
    };
    const proxy = { user_read_retries: '3', user_write_retries: '2', user_other: '50' };
    const debts = { user_debts_owed: '6', user_debts_paid: '7', user_debts_flushes: '1', user_warm_ups: '8' };
    expect(memcachedProxySample(stats, { ...proxy, ...debts })).toEqual({
      pid: 1,
      uptime: 9,
      debts: 6,
      counters: { BackendErrors: 8, Failovers: 5, MarkedBad: 4, DebtsPaid: 7, NodesEmptied: 1, WarmUps: 8 },
    });
    expect(memcachedProxySample(stats, {}).counters).toEqual({ BackendErrors: 8, MarkedBad: 4 });
  });

  test('mcrouter does not count what it marks', () => {
    const count = { result_error_all_count: '7', failover_policy_result_error: '2', failover_policy_tko_error: '3' };
    expect(mcrouterSample({ pid: '1', uptime: '9' }, count)).toEqual({
      pid: 1,
      uptime: 9,
      counters: { BackendErrors: 7, Failovers: 5 },
    });
  });

  test('twemproxy’s are over all pools and servers', () => {
    const server = { server_eof: 1, server_err: 2, server_timedout: 3, server_connections: 50 };
    const said = JSON.stringify({
      service: 'nutcracker',
      uptime: 9,
      curr_connections: 50,
      one: { client_err: 50, server_ejects: 4, a1: server, b1: server },
      two: { server_ejects: 5, c1: server },
    });
    expect(readTwemproxy(said, false)).toBeUndefined();
    expect(readTwemproxy(said, true)).toEqual({ uptime: 9, counters: { BackendErrors: 18, MarkedBad: 9 } });
    expect(() => readTwemproxy('{"service":', true)).toThrow('no statistics: \'{"service":\'');
  });

  test('HAProxy’s are its backend’s, and what each server was marked', () => {
    const csv = `# pxname,svname,econ,eresp,wretr,wredis,chkdown,
cache,FRONTEND,,,,,,
nodes,a1,9,9,9,9,2,
nodes,b1,9,9,9,9,1,
nodes,BACKEND,1,2,3,4,50,
statistics,FRONTEND,,,,,,
`;
    const page = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n${csv}`;
    expect(readHaproxy(page, false)).toBeUndefined();
    expect(readHaproxy(page, true)).toEqual({ counters: { BackendErrors: 10, Failovers: 4, MarkedBad: 3 } });
    expect(() => readHaproxy('HTTP/1.1 503 Service Unavailable\r\n\r\n', true)).toThrow("no statistics: 'HTTP/1.1 503");
    expect(() => readHaproxy('HTTP/1.1 200 OK\r\n\r\n<html>', true)).toThrow('no statistics');
  });

  test('counts with others, as far as each can tell', () => {
    const sample = { counters: {} };
    const proxies = [
      { sample: { ...sample, debts: 5 }, rates: { BackendErrors: 1, Failovers: 2 } },
      { sample: { ...sample, debts: 6 }, rates: { BackendErrors: 3 } },
      { sample, rates: {} },
    ];
    expect(sumOfProxies(proxies)).toEqual({ BackendErrors: 4, Failovers: 2, DebtsOwed: 11 });
    expect(sumOfProxies([])).toEqual({});
  });
});

import { proxyFigures, memcachedProxySample } from '../../lambda/probe/proxy-statistics';
import { rates } from '../../lambda/probe/rates';
import { readStatistics } from '../../lambda/probe/statistics';
import { SIDECAR_METRICS } from '../../lib/contract/metric-names';
import { Routing } from '../../lib';
import { sidecarReport } from '../../lib/routing/sidecar-report';
import { cluster, run } from '../real-cluster';

const owner = { Cluster: 'Shop-Cache', Application: 'ShopWebTask' };
const report = sidecarReport(11211, owner).replace('sleep 60', 'sleep 1');
const [program] = /(?<=awk )'[^]*'(?=\n)/.exec(report)!;

/** Between the two answers, as they are told. The proxy is not older by more. */
const SECONDS = 2;

/** The figures that the probe would publish of the same two answers. */
function probed(texts: string[]) {
  const [before, now] = texts.map((text, i) => {
    const [stats, proxy] = text.split(/(?<=END\r\n)/).map((part) => readStatistics(part, true)!);
    return { stats, sample: { ...memcachedProxySample(stats, proxy), at: i * SECONDS * 1000 } };
  });
  const connections = Number(now.stats.curr_connections);
  return {
    ...proxyFigures({ sample: now.sample, rates: rates(before.sample, now.sample), milliseconds: 0 }),
    Connections: connections,
    ConnectionsRatio: connections / Number(now.stats.max_connections),
    Rejected: 0,
  };
}

/** The fewest that the library allows. */
const CONNECTIONS = 128;

test('the line of a sidecar is in the embedded metric format, with the figures that the probe would publish', async () => {
  const said = await run(
    cluster(
      { routing: Routing.memcachedProxy({ maxConnections: CONNECTIONS }) },
      `
    ${report} > /tmp/lines 2> /dev/null & report=$!
    answer() { printf 'stats\\r\\nstats proxy\\r\\nquit\\r\\n' | timeout 5 nc 127.0.0.1 11211; }
    requests() {
      for i in $(seq $1); do printf 'set key%d 0 0 5\\r\\nvalue\\r\\nget key%d\\r\\nget miss%d\\r\\n' $i $i $i; done
      printf 'quit\\r\\n'
    }
    requests 100 | nc 127.0.0.1 11211 > /dev/null
    answer > /tmp/before
    kill -9 $node1
    requests 400 | nc 127.0.0.1 11211 > /dev/null
    answer > /tmp/now
    (echo AT 1000; cat /tmp/before; echo AT ${1000 + SECONDS}; cat /tmp/now) | awk ${program} > /tmp/line
    for attempt in $(seq 50); do [ -s /tmp/lines ] && break; sleep 0.1; done
    minute() {
      for line in 'AT 1000' 'STAT uptime 100' 'AT 1060' 'STAT uptime 160' "STAT user_read_error_1 $1" "STAT user_read_hit_1 $2"; do
        echo $line
      done | awk ${program}
    }
    restarted() {
      for line in 'AT 1000' 'STAT pid 1' 'STAT uptime 500' 'STAT rejected_connections 40' \
        'AT 1060' 'STAT pid 2' 'STAT uptime 30' 'STAT rejected_connections 60'; do
        echo $line
      done | awk ${program}
    }
    mkfifo /tmp/hold; exec 9<> /tmp/hold
    for i in $(seq ${CONNECTIONS}); do nc 127.0.0.1 11211 < /tmp/hold > /dev/null 2>&1 & done
    for attempt in $(seq 100); do tail -n 1 /tmp/lines | grep -q '"ConnectionsRatio":1[,}]' && break; sleep 0.1; done
    kill $report
    base64 -w 0 /tmp/before; echo; base64 -w 0 /tmp/now; echo
    cat /tmp/line
    head -n 1 /tmp/lines; tail -n 1 /tmp/lines
    restarted; minute 1 4; minute 3 0; minute 60 540`,
    ),
  );
  const [before, now, line, written, refused, restarted, ...errors] = said.trim().split('\n');
  const answers = [before, now].map((each) => Buffer.from(each, 'base64').toString());
  const { _aws: aws, type, Cluster, Application, ...figures } = JSON.parse(line);

  expect({ type, Cluster, Application }).toEqual({ type: 'sidecar', ...owner });
  const expected = probed(answers);
  expect(Object.keys(figures).sort()).toEqual(
    Object.keys(expected)
      .filter((name) => name in SIDECAR_METRICS)
      .sort(),
  );
  for (const [name, value] of Object.entries(figures)) {
    expect({ [name]: value }).toEqual({ [name]: expect.closeTo(expected[name as keyof typeof expected]!, 5) });
  }
  expect(figures.BackendErrors).toBeGreaterThan(0);
  expect(figures.ClientHitRatio).toBeCloseTo(0.5, 1);
  expect(aws.Timestamp).toBe((1000 + SECONDS) * 1000);
  expect(aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'CdkMemcached',
      Dimensions: [['Cluster', 'Application']],
      Metrics: Object.keys(figures).map((Name) => ({
        Name,
        Unit: SIDECAR_METRICS[Name as keyof typeof SIDECAR_METRICS].unit,
      })),
    },
  ]);
  expect(JSON.parse(written)).toMatchObject({ ...owner, Uptime: expect.any(Number), DebtsOwed: expect.any(Number) });

  // At its limit the proxy refuses the one that reports, too.
  const { _aws: directive, ...full } = JSON.parse(refused);
  expect(full).toEqual({ type: 'sidecar', ...owner, ConnectionsRatio: 1, Rejected: expect.closeTo(1 / 60, 5) });
  expect(directive.CloudWatchMetrics[0].Metrics).toEqual([
    { Name: 'ConnectionsRatio', Unit: 'None' },
    { Name: 'Rejected', Unit: 'Count/Second' },
  ]);

  // All that a new process has counted, it has counted since its start.
  expect(JSON.parse(restarted).Rejected).toBe(2);

  // One error of five is none to alarm for; nothing but errors is, and so is a tenth of a busy minute.
  expect(errors.map((each) => JSON.parse(each).ClientErrors)).toEqual([0.02, 0.06, 0.1]);
}, 60_000);

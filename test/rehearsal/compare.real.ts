import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../rehearsal/compare/report';
import { template, writeAssembly } from './fixtures/assembly';
import { Program } from './fixtures/program';

let program: Program;
beforeAll(() => (program = new Program()), 180_000);
afterAll(() => program.remove());

function compare(name: string, stacks: Record<string, unknown>, only: string, environment: NodeJS.ProcessEnv = {}) {
  const assembly = writeAssembly(join(program.folder, name), stacks);
  const report = join(assembly, 'report');
  const words = ['compare', assembly, '--report', report, '--only', only];
  const { status, stdout, stderr } = program.run(words, environment);
  const read = (): Comparison => JSON.parse(readFileSync(join(report, 'compare.json'), 'utf8'));
  const text = (): string => readFileSync(join(report, 'compare.md'), 'utf8');
  return { status, stdout, output: stdout + stderr, read, text };
}

const figuresOf = ({ strategies }: Comparison, name: string) =>
  strategies.find(({ strategy }) => strategy === name)!.figures!;

test('strategies without proxies, and one that this computer lacks', () => {
  const stacks = {
    Balanced: template({ compute: 'ec2', topology: 'sharded', routing: 'balancer' }),
    ServerList: template({ compute: 'fargate', topology: 'sharded', routing: 'servers' }),
    Mcrouter: template({ compute: 'fargate', topology: 'sharded', proxyProgram: 'mcrouter' }),
  };
  const environment = { CDK_MEMCACHED_MCROUTER: undefined };
  const { status, stdout, output, read, text } = compare('healthy', stacks, 'healthy', environment);

  expect({ status, output }).toMatchObject({ status: 0 });
  expect(stdout).toContain(text());
  const comparison = read();
  expect(comparison.strategies.map(({ strategy }) => strategy)).toEqual(Object.keys(stacks));
  expect(comparison.versions).toEqual({ memcached: expect.any(String), haproxy: expect.any(String) });

  const balanced = figuresOf(comparison, 'Balanced');
  // Two nodes that know nothing of each other.
  expect(balanced.healthy!.hitRatio).toBeGreaterThan(0.3);
  expect(balanced.healthy!.hitRatio).toBeLessThan(0.75);
  expect(balanced.staleReads).toBeGreaterThan(0);
  expect(balanced).toMatchObject({ errors: 0, throughput: null, recoverySeconds: null });

  const list = figuresOf(comparison, 'ServerList');
  expect(list).toMatchObject({ errors: 0, staleReads: 0, throughput: null, healthy: { misses: 0 } });

  expect(comparison.strategies[2]).toMatchObject({ missingEngine: 'mcrouter' });
  expect(text()).toContain('| Mcrouter – not rehearsed: no mcrouter binary |');
}, 240_000);

test('one that does not run makes the command fail, and says why', () => {
  const stacks = { Broken: template({ compute: 'fargate', topology: 'sharded', routes: () => 'no lua' }) };
  const { status, text, read } = compare('broken', stacks, 'healthy');

  expect(status).toBe(1);
  expect(read().strategies[0].failure).toContain('syntax error near');
  expect(text()).toContain('| Broken – failed: proxy: 3 tasks in a row did not last');
}, 120_000);

test('an mcrouter that the user brings is run, and its throughput measured beside the nodes', () => {
  const mcrouter = join(program.folder, 'mcrouter.sh');
  writeFileSync(mcrouter, '#!/bin/sh\nexec memcached "$@"\n');
  const stacks = {
    Mcrouter: template({ compute: 'fargate', topology: 'sharded', proxyProgram: 'mcrouter', keepsZone: true }),
  };
  const { status, output, read } = compare('mcrouter', stacks, 'healthy', { CDK_MEMCACHED_MCROUTER: mcrouter });

  expect({ status, output }).toMatchObject({ status: 0 });
  const figures = figuresOf(read(), 'Mcrouter');
  expect(figures.healthy!.hitRatio).toBeGreaterThan(0.99);
  expect(figures.throughput!.ratio).toBeGreaterThan(0.05);
  expect(figures.throughput!.ratio).toBeLessThan(1);
  // Clients that keep their zone leave it for no proxy; only keys are on nodes of any zone.
  expect(figures.scenarios[0]!.inZone).toMatchObject({ entered: 1, forwarded: 1 });
  expect(figures.scenarios[0]!.inZone!.read).toBeLessThan(0.9);
}, 180_000);

test('an mcrouter that is not there', () => {
  const assembly = writeAssembly(join(program.folder, 'none'), template({ compute: 'fargate', topology: 'sharded' }));
  const { status, stderr } = program.run(['compare', assembly], { CDK_MEMCACHED_MCROUTER: '/nowhere/mcrouter' });

  expect(status).toBe(2);
  expect(stderr).toContain("CDK_MEMCACHED_MCROUTER is '/nowhere/mcrouter', expected the path of an mcrouter program");
});

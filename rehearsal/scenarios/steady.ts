import type { ScenarioReport } from '../report/report';

/**
 * A computer that stands still for so long breaks a time-out of the proxies (0.2 s) by itself. It says nothing about the
 * cluster, so the scenario is run again.
 */
const stallLimitMs = 100;
const mostRuns = 3;

/** Runs a scenario, and again when it failed on a computer that stood still. */
export async function onSteadyComputer(
  run: () => Promise<ScenarioReport>,
  progress: (line: string) => void,
): Promise<ScenarioReport> {
  for (let count = 1; ; count += 1) {
    const report = await run();
    const kept = report.promises.every((promise) => promise.kept);
    if (kept || report.stallMs < stallLimitMs || count === mostRuns) return report;
    progress(`${report.name}: ${report.errors} errors, but this computer stood still for ${report.stallMs} ms: again`);
  }
}

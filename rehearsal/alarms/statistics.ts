/** CloudWatch's statistics of the figures of a period, of which there is at least one. */
export const statistics: Record<string, (values: readonly number[]) => number> = {
  Average: (values) => values.reduce((sum, each) => sum + each, 0) / values.length,
  Sum: (values) => values.reduce((sum, each) => sum + each, 0),
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

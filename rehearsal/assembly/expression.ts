/** The value of a metric, by its id in the expression. */
type ValueOf = (id: string) => number | undefined;

const operand = String.raw`([a-z]\w*|\d+(?:\.\d+)?)`;
const conditional = new RegExp(`^IF\\(${operand} (<|<=|>|>=) ${operand}, ${operand}, ${operand}\\)$`);

const comparisons: Record<string, (left: number, right: number) => boolean> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** Whether the expression is one that can be evaluated here: a comparison that decides between two values. */
export const isKnown = (expression: string): boolean => conditional.test(expression);

/** What CloudWatch makes of `IF(a < 1, 0, b)`. Of a missing value it makes none. */
export function evaluate(expression: string, valueOf: ValueOf): number | undefined {
  const [, left, comparison, right, then, otherwise] = conditional.exec(expression)!;
  const value = (text: string) => (/^\d/.test(text) ? Number(text) : valueOf(text));
  const [a, b] = [value(left!), value(right!)];
  if (a === undefined || b === undefined) return undefined;
  return value(comparisons[comparison!]!(a, b) ? then! : otherwise!);
}

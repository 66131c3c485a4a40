import { CfnParameter, Duration, Lazy, Size, Token, type Stack } from 'aws-cdk-lib';
import fc from 'fast-check';

/** A value of an input, to be made in a stack: some need one. */
export interface Value {
  /** As it stands in the description of a case. */
  readonly text: string;

  /** What an error may name: the properties that were given. */
  readonly names: readonly string[];

  make(stack: Stack): unknown;
}

export const value = (text: string, make: Value['make'], names: readonly string[] = []): Value => ({
  text,
  names,
  make,
});

/** A value that needs no stack. */
export const plain = (it: unknown): Value => value(textOf(it), () => it);

function textOf(it: unknown): string {
  if (typeof it === 'string') return it.length > 40 ? `'x'.repeat(${it.length})` : JSON.stringify(it);
  return Object.is(it, -0) ? '-0' : typeof it === 'object' && it !== null ? JSON.stringify(it) : String(it);
}

export const oneOf = (...values: Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** An id that no other construct of the stack has. */
export const newId = (stack: Stack): string => `Given${stack.node.children.length}`;

const parameter = (stack: Stack, type: string): CfnParameter => new CfnParameter(stack, newId(stack), { type });

const TOKENS = {
  number: [
    value('Lazy.number', () => Lazy.number({ produce: () => 2 })),
    value('a CfnParameter as a number', (stack) => parameter(stack, 'Number').valueAsNumber),
  ],
  string: [
    value('Lazy.string', () => Lazy.string({ produce: () => 'x' })),
    value('a CfnParameter as text', (stack) => parameter(stack, 'String').valueAsString),
  ],
  list: [
    value('Lazy.list', () => Lazy.list({ produce: () => ['x'] })),
    value('a CfnParameter as a list', (stack) => parameter(stack, 'List<String>').valueAsList),
  ],
};

/** What untyped JavaScript passes by mistake, whatever is expected. */
export const STRANGE: Value[] = [null, {}, [], '', 'x', 7, true, Symbol.iterator, () => 1, Object.create(null)]
  .map((it) => (typeof it === 'symbol' ? value('a symbol', () => it) : plain(it)))
  .concat(value('a token of anything', () => Token.asAny({ Ref: 'X' })));

const NUMBERS = [
  0, -0, -1, 1, 2, 3, 0.5, 1.5, 0.1, 10, 16, 50, 64, 90, 100, 101, 256, 512, 1024, 2048, 8404, 8405, 9150,
]
  .concat([11209, 11211, 22222, 65535, 65536, 1e6, 2 ** 31, 2 ** 53, 1e21, -1e9, NaN, Infinity, -Infinity])
  .map(plain);

export const numbers = fc.oneof(
  { weight: 6, arbitrary: oneOf(...NUMBERS) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 8 }).map(plain) },
  { weight: 1, arbitrary: fc.double().map(plain) },
  { weight: 1, arbitrary: oneOf(...TOKENS.number, plain('3'), plain(3n), plain('three')) },
  { weight: 1, arbitrary: oneOf(...STRANGE) },
);

const TEXTS = [
  '',
  ' ',
  'a',
  'A-b_1',
  'a b',
  'ünïcode',
  '💥',
  'x'.repeat(300),
  'x'.repeat(3000),
  '../x',
  '/a/b',
  '\n',
  '\0',
]
  .concat(["a'b", '$(id)', '"', '{', 'public.ecr.aws/x/y:1', 'eu-west-1', '123456789012', 'vpc-1'])
  .concat('arn:aws:sns:eu-west-1:123456789012:pages')
  .map(plain);

export const texts = fc.oneof(
  { weight: 5, arbitrary: oneOf(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map(plain) },
  { weight: 1, arbitrary: oneOf(...TOKENS.string) },
  { weight: 1, arbitrary: oneOf(...STRANGE) },
);

export const booleans = fc.oneof(
  { weight: 2, arbitrary: oneOf(plain(true), plain(false)) },
  { weight: 1, arbitrary: oneOf(plain('true'), plain('false'), plain(0), plain(1), ...STRANGE) },
);

const MILLISECONDS = [0, 1, 9, 10, 50, 199, 200, 500, 999, 1000, 1500, 5000, 10_000, 10_001, 60_000, 90_000, 600_000];
const durationsOf = [...MILLISECONDS, 3_600_000, 86_400_000, 90_000_000, 3e9].map((ms) =>
  value(`Duration.millis(${ms})`, () => Duration.millis(ms)),
);

export const durations = fc.oneof(
  {
    weight: 5,
    arbitrary: oneOf(
      ...durationsOf,
      value('Duration.millis(0.5)', () => Duration.millis(0.5)),
    ),
  },
  {
    weight: 1,
    arbitrary: oneOf(
      value('a Duration of a token', () => Duration.seconds(Lazy.number({ produce: () => 1 }))),
      value('Duration.millis(NaN)', () => Duration.millis(NaN)),
      value('Duration.millis(Infinity)', () => Duration.millis(Infinity)),
      plain('PT5S'),
      ...STRANGE,
    ),
  },
);

const KIBIBYTES = [0, 1, 511, 512, 1024, 1536, 1e5, 2 ** 16, 2 ** 20, 2 ** 20 + 512, 2 ** 22, 2 ** 40, 0.5];

export const sizes = fc.oneof(
  { weight: 5, arbitrary: oneOf(...KIBIBYTES.map((n) => value(`Size.kibibytes(${n})`, () => Size.kibibytes(n)))) },
  {
    weight: 1,
    arbitrary: oneOf(
      value('a Size of a token', () => Size.mebibytes(Lazy.number({ produce: () => 100 }))),
      value('Size.mebibytes(NaN)', () => Size.mebibytes(NaN)),
      value('Size.mebibytes(Infinity)', () => Size.mebibytes(Infinity)),
      plain('100 MiB'),
      ...STRANGE,
    ),
  },
);

/** Lists of these, among them none at all, one twice, and what is no list. */
export const lists = (element: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(element, { maxLength: 3 }).map(listOf) },
    { weight: 1, arbitrary: element.map((each) => listOf([each, each])) },
    { weight: 1, arbitrary: oneOf(...TOKENS.list, ...STRANGE) },
  );

const listOf = (elements: Value[]): Value =>
  value(
    `[${elements.map(({ text }) => text).join(', ')}]`,
    (stack) => elements.map((each) => each.make(stack)),
    elements.flatMap(({ names }) => names),
  );

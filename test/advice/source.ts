import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const LIB = join(__dirname, '../../lib');

/** What gives advice: a property of these names, or a variable that is passed on as one. */
const NAMES = ['advice', 'without'];

/** An advice as the library's source has it. */
export interface Advice {
  /** Such as `network/zones.ts:25`. */
  readonly place: string;

  /** What a message with it looks like. */
  readonly pattern: RegExp;
}

/** Every advice in the library's source, those of warnings included. */
export function advices(): Advice[] {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /(?<!\.d)\.ts$/.test(name)).flatMap((name) => advicesIn(name));
}

function advicesIn(name: string): Advice[] {
  const source = ts.createSourceFile(name, readFileSync(join(LIB, name), 'utf8'), ts.ScriptTarget.ES2022, true);
  const found: Advice[] = [];
  const visit = (node: ts.Node): void => {
    const given = adviceOf(node);
    if (given) {
      const { line } = source.getLineAndCharacterOfPosition(given.getStart());
      for (const text of texts(given).filter((each) => /\w/.test(each.replaceAll('.*', '')))) {
        found.push({ place: `${name}:${line + 1}`, pattern: new RegExp(text, 's') });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function adviceOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) {
    return NAMES.includes(node.name.getText()) ? node.initializer : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  return node.expression.name.text === 'addWarningV2' ? node.arguments[1] : undefined;
}

/** The text of an expression as a pattern; one for each branch of a condition. */
function texts(node: ts.Expression): string[] {
  if (ts.isStringLiteralLike(node)) return [escaped(node.text)];
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  if (ts.isTemplateExpression(node)) {
    return [
      [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => escaped(text)).join('.*'),
    ];
  }
  if (ts.isBinaryExpression(node)) {
    return texts(node.left).flatMap((left) => texts(node.right).map((right) => left + right));
  }
  return ['.*'];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

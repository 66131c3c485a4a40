import { RehearsalError } from '../errors';
import type { Stack } from './template';
import { cidrBlocks } from './cidr';

/** What a resource is known by once it is deployed. */
export interface Deployed {
  ref(stack: Stack, logicalId: string): unknown;
  attribute(stack: Stack, logicalId: string, name: string): unknown;
  exported(name: string, importer: Stack): unknown;
}

type Intrinsic = (argument: any, stack: Stack) => unknown;

/** Marks `AWS::NoValue`, which takes its property or list entry away. */
const noValue = Symbol('AWS::NoValue');

/** Works out CloudFormation's intrinsic functions, as a deployment would. */
export class Intrinsics {
  constructor(private readonly deployed: Deployed) {}

  resolve(value: unknown, stack: Stack): any {
    const resolved = this.value(value, stack);
    return resolved === noValue ? undefined : resolved;
  }

  condition(name: string, stack: Stack): boolean {
    const condition = stack.template.Conditions?.[name];
    if (condition === undefined) throw new RehearsalError(`${stack.name} has no condition '${name}'`);
    return this.value(condition, stack) === true;
  }

  private value(value: unknown, stack: Stack): unknown {
    if (Array.isArray(value)) return value.map((each) => this.value(each, stack)).filter((each) => each !== noValue);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [key, argument] = entries[0] ?? [];
    if (entries.length === 1 && (key === 'Ref' || key === 'Condition' || key!.startsWith('Fn::'))) {
      const intrinsic = this.functions[key!];
      if (intrinsic) return intrinsic(argument, stack);
      if (key !== 'Condition') {
        throw new RehearsalError(
          `${stack.name} uses ${key}, expected one of ${Object.keys(this.functions).join(', ')}; ` +
            'the rehearsal knows no other intrinsic function',
        );
      }
    }
    const resolved = entries.map(([name, each]) => [name, this.value(each, stack)] as const);
    return Object.fromEntries(resolved.filter(([, each]) => each !== noValue));
  }

  private readonly functions: Record<string, Intrinsic> = {
    Ref: (name: string, stack) => this.reference(name, stack),
    'Fn::GetAtt': (argument: string | [string, unknown], stack) => {
      const [id, name] = typeof argument === 'string' ? split(argument, '.') : argument;
      return this.deployed.attribute(stack, id, String(this.value(name, stack)));
    },
    'Fn::Join': ([delimiter, list]: [string, unknown], stack) =>
      (this.value(list, stack) as unknown[]).map(String).join(delimiter),
    'Fn::Sub': (argument: string | [string, Record<string, unknown>], stack) => this.substitute(argument, stack),
    'Fn::Select': ([index, list]: [unknown, unknown], stack) => {
      const values = this.value(list, stack) as unknown[];
      const at = Number(this.value(index, stack));
      if (!(at in values)) {
        throw new RehearsalError(`${stack.name} selects entry ${at} of a list of ${values.length}: ${values}`);
      }
      return values[at];
    },
    'Fn::Split': ([delimiter, text]: [string, unknown], stack) => String(this.value(text, stack)).split(delimiter),
    'Fn::GetAZs': (region: unknown, stack) => {
      const name = this.value(region, stack) || stack.region;
      return ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `${name}${letter}`);
    },
    'Fn::Base64': (text: unknown, stack) => Buffer.from(String(this.value(text, stack))).toString('base64'),
    'Fn::Cidr': (argument: unknown[], stack) => {
      const [block, count, bits] = argument.map((each) => this.value(each, stack));
      return cidrBlocks(String(block), Number(count), Number(bits));
    },
    'Fn::FindInMap': (argument: unknown[], stack) => {
      const [map, top, second] = argument.slice(0, 3).map((each) => String(this.value(each, stack)));
      const found = stack.template.Mappings?.[map!]?.[top!]?.[second!];
      if (found !== undefined) return found;
      const fallback = argument[3] as { DefaultValue?: unknown } | undefined;
      if (fallback?.DefaultValue !== undefined) return this.value(fallback.DefaultValue, stack);
      throw new RehearsalError(`${stack.name} has no entry '${top}', '${second}' in its mapping '${map}'`);
    },
    'Fn::ImportValue': (name: unknown, stack) => this.deployed.exported(String(this.value(name, stack)), stack),
    'Fn::If': ([name, yes, no]: [string, unknown, unknown], stack) =>
      this.value(this.condition(name, stack) ? yes : no, stack),
    'Fn::Equals': ([left, right]: [unknown, unknown], stack) =>
      String(this.value(left, stack)) === String(this.value(right, stack)),
    'Fn::And': (list: unknown[], stack) => list.every((each) => this.test(each, stack)),
    'Fn::Or': (list: unknown[], stack) => list.some((each) => this.test(each, stack)),
    'Fn::Not': ([each]: unknown[], stack) => !this.test(each, stack),
    'Fn::ToJsonString': (value: unknown, stack) => JSON.stringify(this.value(value, stack)),
    'Fn::Length': (list: unknown, stack) => (this.value(list, stack) as unknown[]).length,
  };

  private test(value: any, stack: Stack): boolean {
    const named = typeof value?.Condition === 'string';
    return named ? this.condition(value.Condition, stack) : this.value(value, stack) === true;
  }

  private reference(name: string, stack: Stack): unknown {
    const pseudo: Record<string, unknown> = {
      'AWS::AccountId': stack.account,
      'AWS::Region': stack.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/rehearsal`,
      'AWS::NotificationARNs': [],
      'AWS::NoValue': noValue,
    };
    if (name in pseudo) return pseudo[name];
    const parameter = stack.template.Parameters?.[name];
    if (parameter) return parameterValue(name, parameter, stack);
    return this.deployed.ref(stack, name);
  }

  private substitute(argument: string | [string, Record<string, unknown>], stack: Stack): string {
    const [text, variables] = typeof argument === 'string' ? [argument, {}] : argument;
    return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in variables) return String(this.value((variables as Record<string, unknown>)[name], stack));
      const intrinsic = name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
      return String(this.value(intrinsic, stack));
    });
  }
}

function parameterValue(name: string, parameter: { Type: string; Default?: unknown }, stack: Stack): unknown {
  if (parameter.Default === undefined) {
    throw new RehearsalError(
      `${stack.name} has the parameter '${name}' without a default; give it one, the rehearsal asks nothing`,
    );
  }
  if (parameter.Type.startsWith('AWS::SSM::Parameter::Value<')) return `value-of:${parameter.Default}`;
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
  return isList ? String(parameter.Default).split(',') : parameter.Default;
}

function split(text: string, delimiter: string): [string, string] {
  const at = text.indexOf(delimiter);
  return [text.slice(0, at), text.slice(at + delimiter.length)];
}

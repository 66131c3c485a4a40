import { NestedStack, Stack, Token, type App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

type Json = Record<string, any>;

/** What the values of an app's templates become when its stacks are deployed, however far a value has travelled. */
export class Deployment {
  private readonly stacks: Stack[];
  private readonly templates = new Map<Stack, Json>();

  constructor(app: App) {
    this.stacks = app.node.findAll().filter((each): each is Stack => Stack.isStack(each));
  }

  public template(stack: Stack): Json {
    const template = this.templates.get(stack) ?? Template.fromStack(stack).toJSON();
    this.templates.set(stack, template);
    return template;
  }

  /** The text of a value of a stack's template. What AWS makes is written as the stack and the resource that it is of. */
  public text(value: unknown, stack: Stack): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const [[intrinsic, argument]] = Object.entries(value as Json);
    switch (intrinsic) {
      case 'Ref':
        return this.reference(argument, stack);
      case 'Fn::GetAtt':
        return this.attribute(argument, stack);
      case 'Fn::Join':
        return this.list(argument[1], stack).join(argument[0]);
      case 'Fn::Select':
        return this.list(argument[1], stack)[argument[0]];
      case 'Fn::ImportValue':
        return this.exported(this.text(argument, stack));
      default:
        throw new Error(`${intrinsic} is not known here, expected a reference, Join, Select or ImportValue`);
    }
  }

  private list(value: unknown, stack: Stack): string[] {
    if (Array.isArray(value)) return value.map((each) => this.text(each, stack));
    const { 'Fn::Split': split, 'Fn::GetAZs': zonesOf } = value as Json;
    if (zonesOf !== undefined) {
      const region = zonesOf === '' ? this.reference('AWS::Region', stack) : this.text(zonesOf, stack);
      return ['a', 'b', 'c'].map((letter) => region + letter);
    }
    return this.text(split[1], stack).split(split[0]);
  }

  private reference(name: string, stack: Stack): string {
    if (name === 'AWS::StackName') return nameOf(stack);
    if (name === 'AWS::Region') return Token.isUnresolved(stack.region) ? 'any-region' : stack.region;
    if (name.startsWith('AWS::')) return name;
    const nested = this.nestedIn(stack, name);
    if (nested) return `arn:aws:cloudformation:somewhere:someone:stack/${nameOf(nested)}/id`;
    if (stack.nestedStackParent && name in (this.template(stack).Parameters ?? {})) {
      const parent = stack.nestedStackParent;
      const resource = this.template(parent).Resources[parent.getLogicalId(stack.nestedStackResource as any)];
      return this.text(resource.Properties.Parameters[name], parent);
    }
    return `${nameOf(stack)}.${name}`;
  }

  private attribute([name, attribute]: [string, string], stack: Stack): string {
    const nested = this.nestedIn(stack, name);
    if (nested) return this.text(this.template(nested).Outputs[attribute.replace('Outputs.', '')].Value, nested);
    if (this.template(stack).Resources[name].Type === 'Custom::CrossRegionExportReader') return this.written(attribute);
    return `${nameOf(stack)}.${name}.${attribute}`;
  }

  private nestedIn(stack: Stack, logicalId: string): Stack | undefined {
    return this.stacks.find(
      (each) => each.nestedStackParent === stack && stack.getLogicalId(each.nestedStackResource as any) === logicalId,
    );
  }

  private exported(name: string): string {
    for (const stack of this.stacks) {
      const outputs = Object.values<Json>(this.template(stack).Outputs ?? {});
      const output = outputs.find(({ Export }) => Export?.Name === name);
      if (output) return this.text(output.Value, stack);
    }
    throw new Error(`no stack exports ${name}, expected one`);
  }

  /** What one stack writes to another region for its stacks to read. */
  private written(name: string): string {
    for (const stack of this.stacks) {
      for (const { Type, Properties } of Object.values<Json>(this.template(stack).Resources)) {
        const exports = Type === 'Custom::CrossRegionExportWriter' ? Properties.WriterProps.exports : {};
        if (name in exports) return this.text(exports[name], stack);
      }
    }
    throw new Error(`no stack writes ${name}, expected one`);
  }
}

/** CloudFormation makes the name of a nested stack. */
function nameOf(stack: Stack): string {
  return NestedStack.isNestedStack(stack) ? `nested:${stack.node.path.replaceAll('/', '.')}` : stack.stackName;
}

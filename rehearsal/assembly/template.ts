/** The parts of a CloudFormation template that the rehearsal reads. Values may hold intrinsic functions. */
export interface Template {
  readonly Parameters?: Record<string, { Type: string; Default?: unknown }>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  readonly Conditions?: Record<string, unknown>;
  readonly Resources?: Record<string, Resource>;
  readonly Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Record<string, unknown>;
}

export interface Stack {
  readonly name: string;
  readonly file: string;
  /** The file's path within its assembly: the same in an earlier assembly of the same app. */
  readonly path: string;
  readonly sha256: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
}

import { Intrinsics } from '../../../rehearsal/assembly/intrinsics';
import type { Stack } from '../../../rehearsal/assembly/template';

const stack: Stack = {
  name: 'S',
  file: 'S.json',
  path: 'S.json',
  sha256: '',
  account: '111111111111',
  region: 'eu-west-1',
  template: {
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      List: { Type: 'CommaDelimitedList', Default: 'x,y' },
      Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/image' },
      Bare: { Type: 'String' },
    },
    Mappings: { Map: { top: { second: 'mapped' } } },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'Size' }, '3'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    },
  },
};

const intrinsics = new Intrinsics({
  ref: (_, id) => `ref-${id}`,
  attribute: (_, id, name) => `${id}/${name}`,
  exported: (name) => `exported-${name}`,
});
const resolve = (value: unknown): unknown => intrinsics.resolve(value, stack);

describe('an intrinsic function', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Thing' }, 'ref-Thing'],
    ['Ref of a parameter', { Ref: 'Size' }, 3],
    ['Ref of a list', { Ref: 'List' }, ['x', 'y']],
    ['Ref of an SSM parameter', { Ref: 'Image' }, 'value-of:/aws/image'],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Thing', 'Arn'] }, 'Thing/Arn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Thing.Endpoint.Address' }, 'Thing/Endpoint.Address'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }]] }, 'a-3'],
    ['Sub', { 'Fn::Sub': '${AWS::StackName} ${Thing} ${Thing.Arn} ${!kept}' }, 'S ref-Thing Thing/Arn ${kept}'],
    ['Sub with variables', { 'Fn::Sub': ['${v}!', { v: { Ref: 'Size' } }] }, '3!'],
    ['Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['GetAZs', { 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'eu-west-1c'],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['FindInMap', { 'Fn::FindInMap': ['Map', 'top', 'second'] }, 'mapped'],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Map', 'x', 'y', { DefaultValue: 'd' }] }, 'd'],
    ['ImportValue', { 'Fn::ImportValue': 'name' }, 'exported-name'],
    ['If', { 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
    ['If with And', { 'Fn::If': ['Both', 'y', 'n'] }, 'n'],
    ['If with Or', { 'Fn::If': ['Either', 'y', 'n'] }, 'y'],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['NoValue in a list', ['a', { 'Fn::If': ['No', 'b', { Ref: 'AWS::NoValue' }] }], ['a']],
    [
      'a policy with a Condition of its own',
      { Condition: { StringEquals: { a: 'b' } } },
      { Condition: { StringEquals: { a: 'b' } } },
    ],
  ])('%s', (_, value, expected) => expect(resolve(value)).toEqual(expected));

  test.each<[string, unknown, string]>([
    ['unknown', { 'Fn::Transform': {} }, 'S uses Fn::Transform, expected one of Ref, '],
    ['Select out of range', { 'Fn::Select': [5, ['a']] }, 'S selects entry 5 of a list of 1: a'],
    ['a parameter without a default', { Ref: 'Bare' }, "S has the parameter 'Bare' without a default; give it one"],
    ['a missing mapping', { 'Fn::FindInMap': ['Map', 'x', 'y'] }, "S has no entry 'x', 'y' in its mapping 'Map'"],
    ['a missing condition', { 'Fn::If': ['Maybe', 1, 2] }, "S has no condition 'Maybe'"],
  ])('fails on %s', (_, value, message) => expect(() => resolve(value)).toThrow(message));
});

// Intrinsic functions: what they resolve to, how they fail, and the order of creation that they demand.
import { describe, expect, test } from 'vitest';
import { conditionHolds, resolve, type Scope } from '../../sandbox/templates/intrinsic-functions.ts';
import { creationOrder, type Template } from '../../sandbox/templates/template.ts';

const template: Template = {
  Mappings: { Sizes: { 'eu-west-1': { memory: 1024 } } },
  Conditions: {
    IsLarge: { 'Fn::Equals': [{ Ref: 'Size' }, 'large'] },
    IsSmall: { 'Fn::Not': [{ Condition: 'IsLarge' }] },
    Both: { 'Fn::And': [{ Condition: 'IsLarge' }, { Condition: 'IsSmall' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsLarge' }, { Condition: 'IsSmall' }] },
  },
  Resources: {},
};

const scope: Scope = {
  template,
  pseudoParameters: { 'AWS::Region': 'eu-west-1', 'AWS::Partition': 'aws' },
  parameters: new Map([['Size', 'large']]),
  resources: new Map([
    ['Role', { ref: 'role-name', attributes: { Arn: 'arn:role', 'Nested.Name': 'nested' } }],
  ]),
  exports: new Map([['Shared', 'exported']]),
};

describe('resolves', () => {
  test.each<{ what: string; value: unknown; result: unknown }>([
    { what: 'text as it is', value: 'text', result: 'text' },
    { what: 'Ref of a resource', value: { Ref: 'Role' }, result: 'role-name' },
    { what: 'Ref of a parameter', value: { Ref: 'Size' }, result: 'large' },
    { what: 'Ref of a pseudo parameter', value: { Ref: 'AWS::Region' }, result: 'eu-west-1' },
    { what: 'Fn::GetAtt as a list', value: { 'Fn::GetAtt': ['Role', 'Arn'] }, result: 'arn:role' },
    { what: 'Fn::GetAtt as text', value: { 'Fn::GetAtt': 'Role.Nested.Name' }, result: 'nested' },
    { what: 'Fn::Join', value: { 'Fn::Join': [':', ['a', { Ref: 'Role' }, 1]] }, result: 'a:role-name:1' },
    {
      what: 'Fn::Join of a split',
      value: { 'Fn::Join': ['-', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Role', 'Arn'] }] }] },
      result: 'arn-role',
    },
    {
      what: 'Fn::Sub as text',
      value: { 'Fn::Sub': '${Role}/${Role.Arn}/${AWS::Region}/${!Literal}' },
      result: 'role-name/arn:role/eu-west-1/${Literal}',
    },
    {
      what: 'Fn::Sub with variables',
      value: { 'Fn::Sub': ['${Name} in ${AWS::Region}', { Name: { Ref: 'Role' } }] },
      result: 'role-name in eu-west-1',
    },
    { what: 'Fn::Select', value: { 'Fn::Select': ['1', ['a', { Ref: 'Role' }]] }, result: 'role-name' },
    {
      what: 'Fn::FindInMap',
      value: { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] },
      result: 1024,
    },
    { what: 'Fn::ImportValue', value: { 'Fn::ImportValue': 'Shared' }, result: 'exported' },
    { what: 'Fn::Base64', value: { 'Fn::Base64': 'text' }, result: 'dGV4dA==' },
    { what: 'Fn::If', value: { 'Fn::If': ['IsLarge', 'yes', { Ref: 'NotCreated' }] }, result: 'yes' },
    {
      what: 'AWS::NoValue to nothing, in objects and lists',
      value: {
        kept: 1,
        gone: { Ref: 'AWS::NoValue' },
        list: [{ 'Fn::If': ['IsSmall', 'a', { Ref: 'AWS::NoValue' }] }, 'b'],
      },
      result: { kept: 1, list: ['b'] },
    },
    {
      what: 'what only looks like a condition in a policy to itself',
      value: { Condition: { StringEquals: { 'aws:PrincipalTag/T': '${aws:PrincipalTag/T}' } } },
      result: { Condition: { StringEquals: { 'aws:PrincipalTag/T': '${aws:PrincipalTag/T}' } } },
    },
  ])('$what', ({ value, result }) => {
    expect(resolve(value, scope)).toEqual(result);
  });

  test('conditions by name', () => {
    const names = ['IsLarge', 'IsSmall', 'Both', 'Either'];
    expect(names.map((name) => conditionHolds(name, scope))).toEqual([true, false, false, true]);
  });
});

describe('fails', () => {
  test.each([
    {
      value: { 'Fn::Cidr': ['10.0.0.0/16', 1, 8] },
      message: 'does not know the intrinsic function Fn::Cidr',
    },
    { value: { Ref: 'Nobody' }, message: 'Ref Nobody names nothing that exists' },
    { value: { 'Fn::GetAtt': ['Nobody', 'Arn'] }, message: 'Fn::GetAtt Nobody.Arn: no such resource' },
    { value: { 'Fn::GetAtt': ['Role', 'Age'] }, message: 'Fn::GetAtt Role.Age: the sandbox does not know' },
    { value: { 'Fn::Select': [2, ['a']] }, message: 'Fn::Select cannot select element 2' },
    { value: { 'Fn::Join': 'a' }, message: 'Fn::Join takes a list of 2, not "a"' },
    { value: { 'Fn::FindInMap': ['Sizes', 'us-east-1', 'memory'] }, message: 'Sizes.us-east-1.memory' },
    { value: { 'Fn::ImportValue': 'Private' }, message: 'No export named Private found.' },
    { value: { 'Fn::If': ['IsHuge', 1, 2] }, message: 'Unresolved condition dependency IsHuge' },
  ])('$message', ({ value, message }) => {
    expect(() => resolve({ deep: [value] }, scope)).toThrow(message);
  });
});

describe('the order of creation', () => {
  const order = (Resources: Template['Resources'], rest: Partial<Template> = {}) =>
    creationOrder({ ...rest, Resources });

  test('puts a resource after all that it refers to, and otherwise keeps the order of the template', () => {
    const resources = {
      First: {
        Type: 'T',
        Properties: { a: { Ref: 'ByRef' }, b: [{ 'Fn::GetAtt': ['ByAttribute', 'Arn'] }] },
      },
      Second: { Type: 'T', Properties: { a: { 'Fn::Sub': '${BySub.Arn} ${!NotThis} ${AWS::Region}' } } },
      Third: { Type: 'T', DependsOn: 'Fourth' },
      Fourth: { Type: 'T', Properties: { a: { 'Fn::Sub': ['${V}', { V: { Ref: 'BySub' } }] } } },
      BySub: { Type: 'T', Properties: { a: { Ref: 'Parameter' } } },
      ByAttribute: { Type: 'T', DependsOn: ['ByRef'] },
      ByRef: { Type: 'T' },
    };

    expect(order(resources, { Parameters: { Parameter: { Type: 'String' } } })).toEqual([
      'ByRef',
      'ByAttribute',
      'First',
      'BySub',
      'Second',
      'Fourth',
      'Third',
    ]);
  });

  test('names the resources of a circle', () => {
    const resources = {
      Outside: { Type: 'T', DependsOn: 'A' },
      A: { Type: 'T', Properties: { b: { Ref: 'B' } } },
      B: { Type: 'T', Properties: { a: { 'Fn::GetAtt': ['A', 'Arn'] } } },
    };

    expect(() => order(resources)).toThrow('Circular dependency between resources: [A, B]');
  });

  test('names what does not exist', () => {
    expect(() => order({ A: { Type: 'T', Properties: { b: { Ref: 'Missing' } } } })).toThrow(
      'Unresolved resource dependencies [Missing] in the Resources block of the template (A)',
    );
  });
});

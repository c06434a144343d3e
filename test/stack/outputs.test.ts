// What the stacks tell, in prose: the names of the broker's parts, and where its dashboard is in every partition.
import { readFileSync } from 'node:fs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import { conditionHolds, resolve, type Scope } from '../../sandbox/templates/intrinsic-functions.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { synthesizeIdentityProvider, synthesizeService } from './synthesis.ts';

const synthesized = synthesizeService();
const template = synthesized.toJSON() as Template;
const outputs = Object.entries(template.Outputs ?? {});

/** As CloudFormation would resolve it, with the logical ids of resources for what they are called. */
function scopeIn(partition: string, region: string): Scope {
  const references = Object.keys(template.Resources).map((id) => [id, { ref: id, attributes: {} }] as const);
  return {
    template,
    pseudoParameters: { 'AWS::Partition': partition, 'AWS::Region': region },
    parameters: new Map(),
    resources: new Map(references),
    exports: new Map(),
  };
}
const output = (name: string) => {
  const found = template.Outputs?.[name];
  if (!found) throw new Error(`no output ${name}; there are ${outputs.map(([key]) => key).join(', ')}`);
  return found;
};
const named = (name: string) => resolve(output(name).Value, scopeIn('aws', 'eu-west-1'));
const typeOf = (name: string) => template.Resources[String(named(name))]?.Type;

describe('the outputs of the broker', () => {
  it('are the endpoint, ending in a slash, and the service role’s name', () => {
    expect(JSON.stringify(output('APIEndpoint').Value)).toMatch(/"\/"\]\]\}$/);
    expect(typeOf('ServicePrincipalRoleName')).toBe('AWS::IAM::Role');
  });

  it('are the table of registrations, and that of the usage plans', () => {
    expect(template.Resources[String(named('AccessMetadataTableName'))]?.Properties).not.toHaveProperty(
      'TimeToLiveSpecification',
    );
    expect(template.Resources[String(named('UsagePlansTableName'))]?.Properties).toHaveProperty(
      'TimeToLiveSpecification',
    );
  });

  it('are the function, and the alias that the gateway invokes', () => {
    const [alias] = Object.values(synthesized.findResources('AWS::Lambda::Alias'));
    expect(typeOf('FunctionName')).toBe('AWS::Lambda::Function');
    expect(named('FunctionAliasName')).toBe(alias?.['Properties'].Name);
  });

  it('are the log groups that the function and the gateway write to', () => {
    const [handler] = Object.values(synthesized.findResources('AWS::Lambda::Function'));
    const [stage] = Object.values(synthesized.findResources('AWS::ApiGatewayV2::Stage'));
    expect(handler?.['Properties'].LoggingConfig.LogGroup).toEqual(output('FunctionLogGroupName').Value);
    expect(JSON.stringify(stage?.['Properties'].AccessLogSettings.DestinationArn)).toContain(
      `"${named('AccessLogGroupName')}"`,
    );
    expect(named('AccessLogGroupName')).not.toBe(named('FunctionLogGroupName'));
  });

  it.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1'],
    ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1'],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1',
    ],
    [
      'aws-eusc',
      'eusc-de-east-1',
      'https://eusc-de-east-1.console.amazonaws-eusc.eu/cloudwatch/home?region=eusc-de-east-1',
    ],
  ])('are the dashboard and its address in the console of %s', (partition, region, address) => {
    const { Condition, Value } = output('DashboardURL');
    const scope = scopeIn(partition, region);
    expect(RegionInfo.get(region).partition).toBe(partition);
    expect(typeOf('DashboardName')).toBe('AWS::CloudWatch::Dashboard');
    expect(conditionHolds(String(Condition), scope)).toBe(true);
    expect(resolve(Value, scope)).toBe(`${address}#dashboards/dashboard/${named('DashboardName')}`);
  });

  it.each(['aws-iso', 'aws-iso-b', 'aws-newer'])(
    'have no address where the console is not known: %s',
    (partition) => {
      expect(conditionHolds(String(output('DashboardURL').Condition), scopeIn(partition, 'x'))).toBe(false);
    },
  );

  it('are in the list of docs/deployment.md, and nothing else is', () => {
    const listed = [...readFileSync('docs/deployment.md', 'utf8').matchAll(/^\| `(\w+)` \| \S.* \|$/gm)];
    expect(listed.map(([, name]) => name)).toEqual(outputs.map(([name]) => name));
  });
});

describe('every output', () => {
  const described = [...outputs, ...Object.entries(synthesizeIdentityProvider().toJSON()['Outputs'])];

  it.each(described as [string, { Description?: string }][])('says what it is: %s', (_, { Description }) => {
    expect(Description).toMatch(/^(The|Root|Where) \w.{10,}[^.]$/);
  });
});

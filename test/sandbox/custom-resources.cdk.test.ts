// The CDK's AwsCustomResource: its own function, which brings no SDK along and answers by https, as it runs in Lambda.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../sandbox/services/index.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';

const HANDLER =
  'node_modules/aws-cdk-lib/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler';
const PROVIDER = 'arn:aws:sso::aws:applicationProvider/custom';
let local: DeployedAccount;
let directory: string;

beforeAll(() => {
  // As an asset lies: where no package is.
  directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-'));
  cpSync(HANDLER, directory, { recursive: true });
});
beforeEach(async () => {
  local = await openAccount({}, { services, assets: new Map([['handler', directory]]) });
});
afterEach(() => local.close());
afterAll(() => rmSync(directory, { recursive: true }));

/** One call of the API, as the construct writes it. */
function templateOf(call: Record<string, unknown>, Action: string): Template {
  const statement = { Effect: 'Allow', Action, Resource: '*' };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
            ],
          },
          Policies: [
            { PolicyName: 'May', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
          ],
        },
      },
      Provider: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Timeout: 120,
          Code: { S3Bucket: 'assets', S3Key: 'handler.zip' },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
      Call: {
        Type: 'Custom::AWS',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] },
          Create: JSON.stringify(call),
          InstallLatestAwsSdk: false,
        },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Call', 'ApplicationArn'] } } },
  };
}

const create = (more: Record<string, unknown> = {}) => ({
  service: '@aws-sdk/client-sso-admin',
  action: 'CreateApplicationCommand',
  parameters: {
    InstanceArn: local.account.identityCenter.instance?.arn,
    Name: 'Shop',
    ApplicationProviderArn: PROVIDER,
  },
  physicalResourceId: { id: 'call' },
  ...more,
});

describe('a call of the API in a template', () => {
  it('is made by the provider’s role, and its answer is the resource’s', async () => {
    const template = templateOf(create(), 'sso:CreateApplication');
    const { outputs } = await local.stacks.create({ stackName: 'Stack', template });
    const [application] = local.account.identityCenter.requireInstance().applications.all;
    expect(outputs[0]?.value).toBe(application?.arn);
    expect(
      local.account.trail.events.find(({ operation }) => operation === 'CreateApplication'),
    ).toMatchObject({
      statusCode: 200,
      callerArn: expect.stringMatching(/:assumed-role\/Stack-Role/),
    });
  });

  it('fails the deployment where the role may not make it', async () => {
    const template = templateOf(create(), 'sso:DescribeApplication');
    await expect(local.stacks.create({ stackName: 'Stack', template })).rejects.toThrow(
      /is not authorized to perform: sso:CreateApplication on resource: arn:aws:sso::/,
    );
    expect(local.account.identityCenter.requireInstance().applications.all).toEqual([]);
  });

  it('fails the deployment where the SDK of this project has not the package', async () => {
    const template = templateOf(create({ service: '@aws-sdk/client-sagemaker' }), '*');
    await expect(local.stacks.create({ stackName: 'Stack', template })).rejects.toThrow(
      /Package @aws-sdk\/client-sagemaker does not exist/,
    );
  });
});

describe('the runtime', () => {
  const code = (body: string): Template =>
    ({
      Resources: {
        Role: (templateOf({}, '*').Resources as Record<string, object>)['Role'],
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            FunctionName: 'f',
            Handler: 'index.handler',
            Runtime: 'nodejs24.x',
            Code: { ZipFile: `exports.handler = async (event) => { ${body} };` },
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        },
      },
    }) as unknown as Template;
  const run = async (body: string, event: unknown = {}) => {
    await local.stacks.create({ stackName: 'Stack', template: code(body) });
    const { lambdaFunction, qualifier } = local.functions.find('f');
    return JSON.parse(await lambdaFunction.invoke(event, { qualifier }));
  };

  it('has the SDK and no other package of this project', async () => {
    const names = ['@aws-sdk/client-sts', 'zod', '@smithy/core', '@aws-sdk/client-sts/package.json'];
    expect(
      await run(
        `return event.map((name) => { try { return typeof require(name) } catch (e) { return e.code } })`,
        names,
      ),
    ).toEqual(['object', 'MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);
  });

  it('sends what is no answer where it says', async () => {
    const ask = (path: string) => `await new Promise((done) =>
      require('https').request({ hostname: '127.0.0.1', path: '${path}', port: 9 }, done)
        .on('error', ({ code, port }) => done(code + ' ' + port)).end())`;
    const event = { ResponseURL: 'http://127.0.0.1:1/answer?signed=yes' };
    expect(await run(`return [${ask('/answer?signed=yes')}, ${ask('/other')}]`, event)).toEqual([
      'ECONNREFUSED 9',
      'ECONNREFUSED 9',
    ]);
  });
});

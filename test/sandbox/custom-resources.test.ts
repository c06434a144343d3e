// Custom resources: what the function is asked, what its answer becomes, and what is refused.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { CustomResources } from '../../sandbox/custom-resources/custom-resources.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

/** Answers as its property `Answer` says, after having logged what it was asked. */
const code = `
exports.handler = async (event) => {
  const { ResponseURL, ...asked } = event;
  console.log(JSON.stringify(asked));
  const { Answer = '{}', Headers = '{}', Silent, Fails } = event.ResourceProperties;
  const isDeleted = event.RequestType === 'Delete';
  if (Fails && !isDeleted) throw new Error('broken');
  if (Silent && !isDeleted) return;
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = event.PhysicalResourceId ?? 'made';
  const answer = { Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  if (!isDeleted) Object.assign(answer, JSON.parse(Answer));
  const headers = isDeleted ? {} : JSON.parse(Headers);
  await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)), headers });
};`;

function templateWith(properties: object, type = 'Custom::Thing'): Template {
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
        },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Code: { ZipFile: code },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
      Thing: {
        Type: type,
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties },
      },
    },
  };
}

const asked = () =>
  local.logGroups
    .lines()
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ RequestType }) => RequestType !== undefined);
const create = (template: Template) => local.stacks.create({ stackName: 'Stack', template });

describe('a custom resource', () => {
  it.each(['Custom::Thing', 'AWS::CloudFormation::CustomResource'])(
    'of type %s is asked for in CloudFormation’s terms',
    async (type) => {
      const template = templateWith({ ServiceTimeout: 30, Number: 1, Deep: { List: [true, 'text'] } }, type);
      const { stackId } = await create(template);
      expect(asked()).toEqual([
        {
          RequestType: 'Create',
          RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          StackId: stackId,
          LogicalResourceId: 'Thing',
          ResourceType: type,
          ResourceProperties: {
            ServiceToken: expect.stringMatching(/^arn:aws:lambda:/),
            ServiceTimeout: '30',
            Number: '1',
            Deep: { List: ['true', 'text'] },
          },
        },
      ]);
    },
  );

  it('gives its id, and what it answers with', async () => {
    const template = templateWith({
      Answer: JSON.stringify({ PhysicalResourceId: 'mine', Data: { Size: 7 }, NoEcho: true }),
    });
    template.Outputs = {
      Id: { Value: { Ref: 'Thing' } },
      Size: { Value: { 'Fn::GetAtt': ['Thing', 'Size'] } },
    };
    const { outputs } = await create(template);
    expect(outputs.map(({ value }) => value)).toEqual(['mine', '7']);
  });

  it.each<[string, object, RegExp]>([
    [
      'says that it failed',
      { Answer: '{"Status":"FAILED","Reason":"no room"}' },
      /Thing \(Custom::Thing\): Received response status \[FAILED\] from custom resource. Message returned: no room/,
    ],
    ['answers for another request', { Answer: '{"RequestId":"other"}' }, /Invalid RequestId/],
    ['answers without an id', { Answer: '{"PhysicalResourceId":""}' }, /Invalid PhysicalResourceId/],
    [
      'answers too much',
      { Answer: JSON.stringify({ Data: { Text: 'x'.repeat(4_096) } }) },
      /Response object is too long/,
    ],
    [
      'answers with a content type, which is not signed',
      { Headers: '{"content-type":"application/json"}' },
      /ended without an answer/,
    ],
    ['does not answer', { Silent: 'yes' }, /ended without an answer/],
    ['fails', { Fails: 'yes' }, /failed: broken/],
    [
      'is none of the account’s',
      { ServiceToken: 'arn:aws:lambda:eu-west-1:999999999999:function:f' },
      /must be a Lambda function of the account/,
    ],
    [
      'is a topic',
      { ServiceToken: 'arn:aws:sns:eu-west-1:123456789012:topic' },
      /must be a Lambda function of the account/,
    ],
    [
      'is not there',
      { ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:f' },
      /Function not found/,
    ],
  ])('whose function %s fails the deployment, and nothing stays', async (_, properties, message) => {
    await expect(create(templateWith(properties))).rejects.toThrow(message);
    expect(local.account.identities.roles.size).toBe(0);
    expect(local.functions.all).toEqual([]);
  });

  it('is invoked as whoever deploys may', async () => {
    await create(templateWith({}));
    const { account, functions } = local;
    account.identities.createUser({ userName: 'Deployer' });
    const { accessKeyId } = account.identities.createAccessKey('Deployer');
    const deployer = account.identities.findAccessKey(accessKeyId)?.caller;
    if (!deployer) throw new Error('no deployer');
    const customResources = new CustomResources({ account, functions, deployer });
    const ServiceToken = functions.all[0]?.arn as string;
    const request = {
      RequestType: 'Create',
      StackId: 'stack',
      LogicalResourceId: 'Thing',
      ResourceType: 'Custom::Thing',
      ResourceProperties: { ServiceToken },
    } as const;
    await expect(customResources.send(request)).rejects.toThrow(
      /not authorized to perform: lambda:InvokeFunction/,
    );
    account.identities.putUserPolicy('Deployer', 'Invoke', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: ServiceToken }],
    });
    expect(
      authorize(account, deployer, { action: 'lambda:InvokeFunction', resource: ServiceToken }).allowed,
    ).toBe(true);
    expect(await customResources.send(request)).toMatchObject({ Status: 'SUCCESS' });
    await customResources.close();
  });
});

describe('a stack', () => {
  const update = (template: Template) => local.stacks.update({ stackName: 'Stack', template });
  const requests = () =>
    asked().map(({ RequestType, PhysicalResourceId, OldResourceProperties, ResourceProperties }) => [
      RequestType,
      PhysicalResourceId,
      (ResourceProperties as { Size?: string }).Size,
      (OldResourceProperties as { Size?: string } | undefined)?.Size,
    ]);

  it('is changed where its properties are, and deleted', async () => {
    await create(templateWith({ Size: 1 }));
    await update(templateWith({ Size: 1 }));
    await update(templateWith({ Size: 2 }));
    await local.stacks.delete('Stack');
    expect(requests()).toEqual([
      ['Create', undefined, '1', undefined],
      ['Update', 'made', '2', '1'],
      ['Delete', 'made', '2', undefined],
    ]);
    expect(local.account.stacks.size).toBe(0);
    expect(local.account.identities.roles.size).toBe(0);
  });

  it('deletes what a change has replaced', async () => {
    await create(templateWith({ Size: 1 }));
    await update(templateWith({ Size: 2, Answer: '{"PhysicalResourceId":"other"}' }));
    expect(requests().slice(1)).toEqual([
      ['Update', 'made', '2', '1'],
      ['Delete', 'made', '1', undefined],
    ]);
  });

  it('that cannot be changed is as it was, what changed already being changed back', async () => {
    await create(templateWith({ Size: 1 }));
    const template = templateWith({ Size: 2 });
    template.Resources['Pool'] = {
      Type: 'AWS::IAM::Policy',
      Properties: { Odd: true },
      DependsOn: ['Thing'],
    };
    await expect(update(template)).rejects.toThrow(/Pool \(AWS::IAM::Policy\)/);
    expect(requests().slice(1)).toEqual([
      ['Update', 'made', '2', '1'],
      ['Update', 'made', '1', '2'],
    ]);
    expect(local.account.stacks.get('Stack')?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('takes values for its parameters, within their patterns', async () => {
    const template: Template = {
      Parameters: { Name: { Type: 'String', AllowedPattern: '[a-z]+' } },
      Resources: {},
      Outputs: { Name: { Value: { Ref: 'Name' } } },
    };
    const created = (parameters: Record<string, string>) =>
      local.stacks.create({ stackName: 'Other', template, parameters });
    await expect(created({})).rejects.toThrow('Parameters: [Name] must have values');
    await expect(created({ Name: 'A' })).rejects.toThrow('Parameter Name failed to satisfy constraint');
    await expect(created({ Name: 'a', Other: 'b' })).rejects.toThrow('Parameters: [Other] do not exist');
    expect((await created({ Name: 'a' })).outputs[0]?.value).toBe('a');
    await expect(created({ Name: 'a' })).rejects.toThrow('Stack [Other] already exists');
  });

  it('is deleted only where all its types are', async () => {
    const template: Template = { Resources: { Bucket: { Type: 'AWS::DynamoDB::Table', Properties: {} } } };
    await expect(create(template)).rejects.toThrow();
    await expect(local.stacks.delete('Nothing')).rejects.toThrow('Stack [Nothing] does not exist');
  });
});

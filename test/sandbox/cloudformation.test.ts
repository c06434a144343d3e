// CloudFormation: stacks are shown with their outputs and their resources, to those who may see them.
import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudFormation } from '../../sandbox/services/cloudformation/service.ts';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const stackId =
  'arn:aws:cloudformation:eu-west-1:123456789012:stack/Identity/4bab3a50-0000-4000-8000-000000000000';

let served: ServedAccount;
let client: CloudFormationClient;

beforeAll(async () => {
  served = await serveAccount([cloudFormation]);
  client = new CloudFormationClient(served.administrator);
  served.account.stacks.set('Identity', {
    stackName: 'Identity',
    stackId,
    description: 'Users & <pools>',
    createdAt: Date.UTC(2026, 10, 21, 12),
    status: 'CREATE_COMPLETE',
    resources: [
      { logicalId: 'Pool', physicalId: 'eu-west-1_abc', type: 'AWS::Cognito::UserPool', changedAt: 0 },
      { logicalId: 'Role', physicalId: 'Identity-Role', type: 'AWS::IAM::Role', changedAt: 1_000 },
    ],
    templateBody: '{"Description":"Users & <pools>"}',
    outputs: [
      { key: 'CognitoUserPoolID', value: 'eu-west-1_abc' },
      { key: 'JWKSetURL', value: 'https://localhost/x', description: 'Keys', exportName: 'Jwks' },
    ],
  });
  served.account.stacks.set('Empty', {
    stackName: 'Empty',
    stackId: stackId.replace('Identity', 'Empty'),
    description: undefined,
    createdAt: 0,
    status: 'CREATE_COMPLETE',
    resources: Array.from({ length: 101 }, (_, at) => ({
      logicalId: `Role${at}`,
      physicalId: `Empty-Role${at}`,
      type: 'AWS::IAM::Role',
      changedAt: 0,
    })),
    templateBody: '{}',
    outputs: [],
  });
});

afterAll(() => served.close());

describe('DescribeStacks', () => {
  it('shows a stack by its name or its id, with its outputs', async () => {
    for (const StackName of ['Identity', stackId]) {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
      expect(Stacks).toEqual([
        {
          StackId: stackId,
          StackName: 'Identity',
          Description: 'Users & <pools>',
          CreationTime: new Date('2026-11-21T12:00:00Z'),
          StackStatus: 'CREATE_COMPLETE',
          DisableRollback: false,
          Outputs: [
            { OutputKey: 'CognitoUserPoolID', OutputValue: 'eu-west-1_abc' },
            {
              OutputKey: 'JWKSetURL',
              OutputValue: 'https://localhost/x',
              Description: 'Keys',
              ExportName: 'Jwks',
            },
          ],
        },
      ]);
    }
  });

  it('shows all stacks where none is named', async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({}));
    expect(Stacks?.map(({ StackName }) => StackName)).toEqual(['Identity', 'Empty']);
  });

  it('refuses a stack that does not exist', async () => {
    await expect(client.send(new DescribeStacksCommand({ StackName: 'Nope' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id Nope does not exist',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('asks IAM for the stack by its ARN', async () => {
    const Action = 'cloudformation:DescribeStacks';
    const Resource = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Identity/*';
    const reader = new CloudFormationClient(served.allowed({ Action, Resource }));
    await reader.send(new DescribeStacksCommand({ StackName: 'Identity' }));
    for (const input of [{ StackName: 'Empty' }, { StackName: 'Nope' }, {}]) {
      await expect(reader.send(new DescribeStacksCommand(input))).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining('is not authorized to perform: cloudformation:DescribeStacks'),
      });
    }
  });

  it('gives the AWS CLI an output by its key', async () => {
    const { stdout } = await runAwsCli(served.administrator, [
      ...['cloudformation', 'describe-stacks', '--stack-name', 'Identity', '--output', 'text'],
      ...['--query', 'Stacks[*].Outputs[?OutputKey==`CognitoUserPoolID`].OutputValue'],
    ]);
    expect(stdout.trim()).toBe('eu-west-1_abc');
  });
});

describe('the resources of a stack', () => {
  const role = {
    LogicalResourceId: 'Role',
    PhysicalResourceId: 'Identity-Role',
    ResourceType: 'AWS::IAM::Role',
    ResourceStatus: 'CREATE_COMPLETE',
  };

  it('are shown, all or one, with their physical ids', async () => {
    const StackName = 'Identity';
    const all = await client.send(new DescribeStackResourcesCommand({ StackName }));
    expect(all.StackResources).toMatchObject([{ LogicalResourceId: 'Pool', StackId: stackId }, role]);
    const LogicalResourceId = 'Role';
    const one = await client.send(new DescribeStackResourcesCommand({ StackName, LogicalResourceId }));
    expect(one.StackResources).toMatchObject([role]);
    const detail = await client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
    expect(detail.StackResourceDetail).toMatchObject({ ...role, LastUpdatedTimestamp: new Date(1_000) });
  });

  it('are listed page by page, and a hundred are described at most', async () => {
    const pages: (number | undefined)[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: 'Empty' }))
      pages.push(page.StackResourceSummaries?.length);
    expect(pages).toEqual([100, 1]);
    const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: 'Empty' }));
    expect(StackResources).toHaveLength(100);
  });

  it('are not there where the stack, or the resource, is not', async () => {
    await expect(client.send(new ListStackResourcesCommand({ StackName: 'Nope' }))).rejects.toThrow(
      'Stack with id Nope does not exist',
    );
    const missing = { StackName: 'Identity', LogicalResourceId: 'Nope' };
    await expect(client.send(new DescribeStackResourceCommand(missing))).rejects.toThrow(
      'Resource Nope does not exist for stack Identity',
    );
  });

  it('are shown to who may, on the stack', async () => {
    const Resource = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Identity/*';
    const reader = new CloudFormationClient(
      served.allowed({ Action: 'cloudformation:ListStackResources', Resource }),
    );
    await reader.send(new ListStackResourcesCommand({ StackName: 'Identity' }));
    await expect(reader.send(new ListStackResourcesCommand({ StackName: 'Empty' }))).rejects.toThrow(
      'cloudformation:ListStackResources',
    );
    await expect(reader.send(new DescribeStackResourcesCommand({ StackName: 'Identity' }))).rejects.toThrow(
      'cloudformation:DescribeStackResources',
    );
  });

  it('are found by the AWS CLI as docs/runbook.md does', async () => {
    const { stdout } = await runAwsCli(served.administrator, [
      ...['cloudformation', 'describe-stack-resources', '--stack-name', 'Identity', '--output', 'text'],
      '--query',
      "StackResources[?ResourceType=='AWS::IAM::Role' && starts_with(LogicalResourceId, 'Ro')].PhysicalResourceId | [0]",
    ]);
    expect(stdout.trim()).toBe('Identity-Role');
  });
});

describe('GetTemplate', () => {
  it('shows what was deployed, to those who may see it', async () => {
    const reader = new CloudFormationClient(
      served.allowed({ Action: 'cloudformation:GetTemplate', Resource: stackId }),
    );
    const { TemplateBody } = await reader.send(new GetTemplateCommand({ StackName: 'Identity' }));
    expect(TemplateBody).toBe('{"Description":"Users & <pools>"}');
    await expect(reader.send(new GetTemplateCommand({ StackName: 'Empty' }))).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
    });
    await expect(client.send(new GetTemplateCommand({ StackName: 'Nope' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

// What the broker's stack promises, in prose.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeService } from './synthesis.ts';
import { statementsOf } from './template-resources.ts';

type Resources = Record<string, { Properties: Record<string, unknown> }>;

const template = synthesizeService();
const only = (type: string, where: object = {}): [string, { Properties: Record<string, unknown> }] => {
  const found = Object.entries(template.findResources(type, { Properties: where }) as Resources);
  expect(found).toHaveLength(1);
  return found[0] as [string, { Properties: Record<string, unknown> }];
};

const [tableId] = only('AWS::DynamoDB::Table', { TimeToLiveSpecification: Match.absent() });
const [usagePlansTableId] = only('AWS::DynamoDB::Table', {
  TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
});
const [functionId] = only('AWS::Lambda::Function');
const [aliasId] = only('AWS::Lambda::Alias');
const [serviceRoleId] = only('AWS::IAM::Role', { RoleName: 'IAMSessionBroker' });
const [executionRoleId] = only('AWS::IAM::Role', {
  AssumeRolePolicyDocument: Match.objectLike({
    Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })],
  }),
});

describe('access metadata', () => {
  it('is one table, on demand, keyed by ApplicationName', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'ApplicationName', KeyType: 'HASH' }],
    });
  });
});

describe('usage plans', () => {
  it('have a table of their own, whose items expire', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          USAGE_PLANS_TABLE_NAME: { Ref: usagePlansTableId },
          USAGE_PLANS: Match.serializedJson(
            Match.objectLike({ default: { rateLimit: 100, burstLimit: 200 }, applications: {} }),
          ),
        }),
      },
    });
  });
});

describe('the service role', () => {
  it('trusts the function’s role and nobody else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'IAMSessionBroker',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: { 'Fn::GetAtt': [executionRoleId, 'Arn'] } },
          },
        ],
      },
    });
  });

  it('may do nothing but set a source identity where the trust policy of a role of the account lets it', () => {
    const [, role] = only('AWS::IAM::Role', { RoleName: 'IAMSessionBroker' });
    const Resource = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':role/*']],
    };
    expect(role.Properties['Policies']).toEqual([
      {
        PolicyName: 'SetSourceIdentity',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:SetSourceIdentity', Resource }],
        },
      },
    ]);
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    const attachedTo = Object.values(template.findResources('AWS::IAM::Policy') as Resources).flatMap(
      ({ Properties }) => Properties['Roles'],
    );
    expect(attachedTo).toEqual([{ Ref: executionRoleId }]);
  });
});

describe('the function’s role', () => {
  const statements = statementsOf(template);
  const granted = (service: string) =>
    statements.filter(({ Action }) => [Action].flat().every((action) => action.startsWith(`${service}:`)));

  it('may assume only the service role', () => {
    expect(granted('sts')).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: { 'Fn::GetAtt': [serviceRoleId, 'Arn'] } },
    ]);
  });

  it('may get, check, put and delete registrations, and get and update buckets, by their keys, and list nothing', () => {
    expect(granted('dynamodb')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'dynamodb:GetItem',
          'dynamodb:BatchGetItem',
          'dynamodb:ConditionCheckItem',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
        ],
        Resource: [{ 'Fn::GetAtt': [tableId, 'Arn'] }],
      },
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Resource: [{ 'Fn::GetAtt': [usagePlansTableId, 'Arn'] }],
      },
    ]);
  });

  it('may write to its own log group, send trace segments, and nothing else at all', () => {
    expect(granted('logs').map(({ Action }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
    expect(granted('xray').map(({ Action }) => Action)).toEqual([
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    ]);
    expect(statements).toHaveLength(5);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })],
      }),
      ManagedPolicyArns: Match.absent(),
    });
  });
});

describe('the credentials manager', () => {
  it('runs on Node.js 24 and ARM64, traced, with a time-out below the gateway’s', () => {
    const [, { Properties }] = only('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    });
    expect(Properties['Timeout']).toBeLessThan(30);
  });

  it('leaves an eighth of its memory to what is outside of the heap, and little of it to the young generation', () => {
    const { MemorySize, Environment } = only('AWS::Lambda::Function')[1].Properties as {
      MemorySize: number;
      Environment: { Variables: Record<string, string> };
    };
    const options = Environment.Variables['NODE_OPTIONS'] ?? '';
    const [, semiSpace, oldSpace] =
      /^--max-semi-space-size=(\d+) --max-old-space-size=(\d+)$/.exec(options)?.map(Number) ?? [];
    // Three semi-spaces are the young generation.
    expect(3 * (semiSpace as number) + (oldSpace as number)).toBeLessThan((MemorySize * 7) / 8);
    expect(semiSpace).toBeLessThan(16);
    // What the caches are bounded by, docs/settings.md, twice over.
    expect(oldSpace).toBeGreaterThan(2 * (256 + 64));
  });

  it('has the alias that traffic is shifted by', () => {
    template.hasResourceProperties('AWS::Lambda::Alias', {
      FunctionName: { Ref: functionId },
      Name: 'live',
    });
  });

  it('runs as many requests at once as the account has left, unless a number is reserved for it', () => {
    expect(only('AWS::Lambda::Function')[1].Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    synthesizeService({ reservedConcurrency: 220 }).hasResourceProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: 220,
    });
  });

  it('knows the table and the service role, and no list of JWK set hosts unless one is set', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          ACCESS_METADATA_TABLE_NAME: { Ref: tableId },
          SERVICE_ROLE_ARN: { 'Fn::GetAtt': [serviceRoleId, 'Arn'] },
          JWKS_HOSTS: Match.absent(),
        }),
      },
    });
    synthesizeService({ jwksHosts: ['id.example.com', '*.example.org'] }).hasResourceProperties(
      'AWS::Lambda::Function',
      {
        Environment: { Variables: Match.objectLike({ JWKS_HOSTS: 'id.example.com,*.example.org' }) },
      },
    );
  });

  it('logs into a group with a retention', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });
});

describe('the gateway', () => {
  it('has the six routes of the contract, each with IAM authorization', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route') as Resources);
    expect(routes.map(({ Properties }) => Properties['RouteKey']).sort()).toEqual([
      'DELETE /applications',
      'GET /applications',
      'GET /credentials',
      'POST /applications',
      'POST /credentials',
      'PUT /applications',
    ]);
    expect(routes.map(({ Properties }) => Properties['AuthorizationType'])).toEqual(Array(6).fill('AWS_IAM'));
  });

  it('invokes the alias, and may invoke nothing else', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationUri: { Ref: aliasId },
      PayloadFormatVersion: '2.0',
    });
    template.allResourcesProperties('AWS::Lambda::Permission', {
      FunctionName: { Ref: aliasId },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: Match.anyValue(),
    });
  });
});

// The template of a target role: whom it lets in, and what the command refuses.
import { describe, expect, it } from 'vitest';
import { main } from '../../../../client/cli/main.ts';
import { issuerProblem } from '../../../../client/portal/target-trust.ts';

const ISSUER = 'https://console.eu-west-1.production.shop.example.com/aws';
const KEY = 'console.eu-west-1.production.shop.example.com/aws';

async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const surroundings = { env: {}, stdout: into('stdout'), stderr: into('stderr') };
  return { code: await main(['target-role', ...args], surroundings), ...written };
}
const templateOf = async (...args: string[]) =>
  JSON.parse((await run('--service', 'admin', ...args)).stdout) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    Outputs: Record<string, unknown>;
  };

describe('a target role', () => {
  it('lets the portal in by web identity, for its own target alone, with tags and a source identity', async () => {
    const { Resources, Outputs } = await templateOf('--issuer', ISSUER);
    expect(Resources['Role']?.Properties).toEqual({
      Description: 'Opened by the console portal, as its target admin',
      MaxSessionDuration: 3_600,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: { Ref: 'Portal' } },
            Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
            Condition: {
              StringEquals: { [`${KEY}:aud`]: 'sts.amazonaws.com' },
              StringLike: { [`${KEY}:sub`]: 'admin:*' },
            },
          },
        ],
      },
    });
    expect(Resources['Portal']).toEqual({
      Type: 'AWS::IAM::OIDCProvider',
      Properties: { Url: ISSUER, ClientIdList: ['sts.amazonaws.com'] },
    });
    expect(Object.keys(Outputs)).toEqual(['RoleARN', 'ProviderARN']);
  });

  it('trusts the provider that the account has', async () => {
    const arn = 'arn:aws:iam::111122223333:oidc-provider/console.example.com';
    const { Resources } = await templateOf('--issuer', ISSUER, '--provider-arn', arn);
    expect(Object.keys(Resources)).toEqual(['Role']);
    expect(JSON.stringify(Resources['Role'])).toContain(`{"Federated":"${arn}"}`);
  });

  it('lets the portal’s role in by the target as external id, where it is chained', async () => {
    const AWS = 'arn:aws:iam::444455556666:role/Portal';
    const { Resources } = await templateOf('--chained', '--portal-role', AWS);
    expect(Object.keys(Resources)).toEqual(['Role']);
    expect(Resources['Role']?.Properties['AssumeRolePolicyDocument']).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS },
          Action: ['sts:AssumeRole'],
          Condition: { StringEquals: { 'sts:ExternalId': 'admin' } },
        },
        { Effect: 'Allow', Principal: { AWS }, Action: ['sts:TagSession', 'sts:SetSourceIdentity'] },
      ],
    });
  });

  it('has the name, the longest session and the policies that are asked for', async () => {
    const policies = ['ReadOnlyAccess', 'Billing'].map((name) => `arn:aws:iam::aws:policy/${name}`);
    const given = policies.flatMap((arn) => ['--managed-policy', arn]);
    const named = ['--role-name', 'Admin', '--max-session', '43200'];
    const { Resources } = await templateOf('--issuer', ISSUER, ...named, ...given);
    expect(Resources['Role']?.Properties).toMatchObject({
      RoleName: 'Admin',
      MaxSessionDuration: 43_200,
      ManagedPolicyArns: policies,
    });
  });
});

describe('the command', () => {
  const admin = ['--service', 'admin'];
  const portalRole = ['--portal-role', 'arn:aws:iam::444455556666:role/P'];
  it.each<[string[], string]>([
    [[], '--service is missing'],
    [['--service', 'a/b', '--issuer', ISSUER], '--service must be the name of a target'],
    [['--service', 'a*', '--issuer', ISSUER], '--service must be the name of a target'],
    [admin, '--issuer is missing'],
    [[...admin, '--issuer', `${ISSUER}/`], '--issuer must have no slash at its end: PortalIssuer'],
    [[...admin, '--issuer', ISSUER, ...portalRole], '--portal-role is for --chained'],
    [[...admin, '--chained', '--issuer', ISSUER], '--chained has no --issuer'],
    [[...admin, '--chained'], '--portal-role is missing, and must be the ARN of a role'],
    [[...admin, '--issuer', ISSUER, '--max-session', '43201'], '--max-session must be 3600 to 43200'],
    [
      [...admin, '--chained', ...portalRole, '--max-session', '7200'],
      '--max-session is 3600 of a chained role',
    ],
    [[...admin, '--issuer', ISSUER, '--managed-policy', 'Admin'], '--managed-policy must be the ARN'],
    [[...admin, '--issuer', ISSUER, '--provider-arn', 'x'], '--provider-arn must be the ARN'],
    [[...admin, '--issuer', ISSUER, '--role-name', 'a b'], '--role-name must be the name'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('an issuer', () => {
  it.each([ISSUER, 'https://console.example.com', 'http://localhost:4568', 'http://127.0.0.1:4568/aws'])(
    'may be %s',
    (issuer) => expect(issuerProblem(issuer)).toBeUndefined(),
  );

  it.each([
    'http://console.example.com',
    'https://console.example.com:8443',
    'https://console.example.com?a=b',
    'https://console.example.com#a',
    'https://ada@console.example.com',
    'https://Console.example.com',
    `https://console.example.com/${'a'.repeat(250)}`,
    '$'.concat('{Token[TOKEN.1]}'),
    'console.example.com',
    '',
  ])('must not be %s', (issuer) => expect(issuerProblem(issuer)).toMatch(/^must /));
});

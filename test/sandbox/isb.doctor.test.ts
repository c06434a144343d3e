// `isb doctor` on set-ups that are broken in one place each: what it finds, and what it leaves untried.
import { describe, expect, it } from 'vitest';
import { systemTiming } from '../../client/library/timing.ts';
import { setVariables } from './support/amendments.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isbWith } from './support/isb.ts';
import { afterEndpoint, application, examine, expectFirst, failing, untried } from './support/isb-doctor.ts';
import { closedUrl, fileWith, shellOf, tokenWith } from './support/isb-world.ts';
import { OperatorTable } from './support/operator-table.ts';

const plan = { rateLimit: 7, burstLimit: 70 };
useBroker({
  amendTemplate: (_, template) =>
    setVariables(template, ({ USAGE_PLANS = '' }) => ({
      USAGE_PLANS: JSON.stringify({
        ...JSON.parse(USAGE_PLANS),
        applications: { Planned: plan, Phantom: plan, Unregistered: plan },
      }),
    })),
});

describe('isb doctor', () => {
  it('finds nothing that fails where all is well, and tells of the registration what the broker does', async () => {
    const app = await application();
    const { exitCode, findings } = await examine(app.own);
    expect(failing(findings)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(findings.filter(({ status }) => status === 'ok').map(({ step }) => step)).toEqual([
      'node',
      'region',
      'identity',
      'endpoint',
      'clock',
      'permission',
      'permission',
      'registration',
      'token',
      'credentials',
    ]);
    expect(untried(findings)).toEqual(['settings']);
    const warnings = findings.filter(({ status }) => status === 'warning').map(({ what }) => what);
    expect(warnings.map((what) => what.split(':')[0])).toEqual([
      'ExternalIdNotRequired',
      'IssuerNotPinned',
      'AudienceNotPinned',
    ]);
    expect(findings.at(-1)?.what).toMatch(/^obtained, of TenantID=Yellow, until \d{4}-/);
  });

  it('prints a line for each step, and leaves untried what takes a token where there is none', async () => {
    const { own } = await application();
    const { exitCode, stdout, stderr } = await isbWith({}, shellOf(own), 'doctor');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^ok {9}node {10}Node\.js /);
    expect(stdout).toMatch(/\nnot tried {2}token {9}none was given {2}\(give --token-file/);
    expect(stdout).toMatch(/\nnot tried {2}credentials {3}for want of a token\n$/);
  });

  it('tells an operator the usage plan, and which plans are nobody’s', async () => {
    const app = await application('Planned');
    broker.createApplication('Unregistered');
    const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' }) as const;
    sandbox.account.identities.putRolePolicy('Planned', 'Operate', {
      Version: '2012-10-17',
      Statement: [
        allow(
          'cloudformation:DescribeStacks',
          'cloudformation:GetTemplate',
          'iam:GetRole',
          'dynamodb:GetItem',
        ),
      ],
    });
    const { findings } = await examine(app.own);
    const settings = findings.filter(({ step }) => step === 'settings').map(({ what }) => what);
    expect(settings).toEqual([
      'its own usage plan: 7 requests a second, bursts of 70',
      'usage plan of Phantom: there is no role of that name',
      'usage plan of Unregistered: it is not registered',
    ]);
  });
});

describe('isb doctor finds', () => {
  it('no region', async () => {
    const found = await examine((await application()).own, {
      env: { AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    });
    expectFirst(found, 'region', /^none$/, ['identity', 'endpoint', ...afterEndpoint]);
  });

  it('a region that there is not', async () => {
    const found = await examine((await application()).own, { args: ['--region', 'eu-wets-1'] });
    expectFirst(found, 'region', /^eu-wets-1 is none of AWS's regions/);
    expectFirst(await examine(undefined, { args: ['--region', 'Ireland'] }), 'region', /no code of a region/);
  });

  it('no credentials', async () => {
    expectFirst(await examine(undefined), 'identity', /none were found$/, afterEndpoint);
  });

  it('credentials that have expired', async () => {
    const { roleName } = await application();
    const { identities } = sandbox.account;
    const expired = identities.issueSession(identities.role(roleName), {
      sessionName: 'old',
      durationSeconds: -60,
    });
    expectFirst(await examine(expired), 'identity', /have expired$/, afterEndpoint);
  });

  it('credentials that AWS does not know', async () => {
    const unknown = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'canary' };
    expectFirst(await examine(unknown), 'identity', /AWS does not know these credentials/, afterEndpoint);
  });

  it('an IAM user in the place of a role', async () => {
    const found = await examine(broker.createUser('Person'));
    expectFirst(found, 'identity', /^an IAM user, arn:aws:iam::\d+:user\/Person$/);
    expect(failing(found.findings).at(1)?.what).toMatch(/^CallerNotAllowed: /);
  });

  it('an endpoint where nothing listens', async () => {
    const found = await examine((await application()).own, { args: ['--endpoint', await closedUrl()] });
    expectFirst(found, 'endpoint', /refuses connections: nothing listens there$/, afterEndpoint);
  });

  it('a name that does not resolve, and a URL that would send tokens in the clear', async () => {
    const { own } = await application();
    const unknown = await examine(own, { args: ['--endpoint', 'https://broker.invalid/'] });
    expectFirst(unknown, 'endpoint', /does not resolve/, afterEndpoint);
    const clear = await examine(own, { args: ['--endpoint', 'http://broker.example.com/'] });
    expectFirst(clear, 'endpoint', /must be an https URL/, afterEndpoint);
  });

  it('an endpoint of another region', async () => {
    const args = ['--endpoint', 'https://abcdefghij.execute-api.us-east-1.amazonaws.com/'];
    const { findings } = await examine((await application()).own, { args });
    expect(failing(findings)[0]).toEqual({
      step: 'endpoint',
      status: 'fails',
      what: 'is in us-east-1, and requests are signed for eu-west-1',
      remedy: 'give --region us-east-1',
    });
  });

  it('a region that the API is not in', async () => {
    const found = await examine((await application()).own, { args: ['--region', 'us-east-1'] });
    expect(found.exitCode).toBe(1);
    expect(found.findings.filter(({ step }) => step === 'credentials')[0]?.status).toBe('not tried');
  });

  it('a clock that is off, past which isb gets on', async () => {
    const hour = 3_600_000;
    const timing = { ...systemTiming, now: () => Date.now() - hour };
    const found = await examine((await application()).own, { timing });
    expectFirst(found, 'clock', /^this machine's is 3\d{3} seconds behind: signatures are refused$/);
    expect(found.findings.at(-1)).toMatchObject({ step: 'credentials', status: 'ok' });
  });

  it('a permission that is missing, by the gateway’s answer', async () => {
    const { own } = broker.createApplication('Barred', { mayCall: false });
    const found = await examine(own);
    expectFirst(found, 'permission', /^the gateway refuses the caller: 403$/, [
      'registration',
      'credentials',
    ]);
    expect(failing(found.findings)[0]?.remedy).toContain(
      'execute-api:Invoke on arn:aws:execute-api:eu-west-1:',
    );
  });

  it('no registration, and a role that may still write one', async () => {
    const { own } = broker.createApplication('Hopeful');
    const found = await examine(own);
    expectFirst(found, 'registration', /^ApplicationNotFound: /);
    expect(found.findings).toContainEqual(
      expect.objectContaining({
        status: 'warning',
        what: expect.stringMatching(/^the caller may write regi/),
      }),
    );
    expect(found.findings.at(-1)?.what).toMatch(/^ApplicationNotFound: /);
    expect(await new OperatorTable(sandbox).item('Hopeful')).toBeUndefined();
  });

  it('no registration, where the role may not look for one, and leaves one that is there unseen', async () => {
    const { own } = broker.createApplication('Unseeing');
    sandbox.account.identities.deleteRolePolicy('Unseeing', 'RegisterApplication');
    expectFirst(await examine(own), 'registration', /^ApplicationNotFound: /);

    const app = await application('Unseen');
    sandbox.account.identities.deleteRolePolicy('Unseen', 'ShowApplication');
    const { exitCode, findings } = await examine(app.own);
    expect(exitCode).toBe(0);
    expect(untried(findings)).toContain('registration');
    expect(findings.at(-1)).toMatchObject({ step: 'credentials', status: 'ok' });
  });

  it('a role that was made anew', async () => {
    const app = broker.createApplication('Anew');
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
    broker.deleteApplication(app);
    const { own } = broker.createApplication('Anew');
    expectFirst(await examine(own), 'registration', /^ApplicationRoleRecreated: /);
  });

  it.each([
    ['expired', { exp: 1_000_000 }, /^has expired$/, /^TokenExpired: /],
    [
      'of another issuer',
      { iss: 'https://canary.example.com' },
      /^its iss is no issuer/,
      /^TokenIssuerMismatch: /,
    ],
    [
      'for another audience',
      { aud: 'canary' },
      /^is for another audience than app$/,
      /^TokenAudienceMismatch: /,
    ],
    [
      'without the claim',
      { 'custom:tenant_id': undefined },
      /^lacks the claim custom:tenant_id$/,
      /^ClaimMissing: /,
    ],
  ])('a token that is %s, here and by the broker’s word', async (_, changes, here, there) => {
    const Issuer = String(
      JSON.parse(Buffer.from((await tokenWith({})).split('.')[1] ?? '', 'base64url').toString()).iss,
    );
    const token = await tokenWith({ aud: 'app', ...changes });
    const { own } = await application(undefined, {}, { Issuer, Audience: 'app' });
    const { exitCode, findings } = await examine(own, { token });
    expect(exitCode).toBe(1);
    expect(failing(findings)).toMatchObject([
      { step: 'token', what: expect.stringMatching(here) },
      { step: 'credentials', what: expect.stringMatching(there) },
    ]);
    expect(JSON.stringify(findings)).not.toContain('canary');
  });

  it('what is no token at all', async () => {
    const found = await examine((await application()).own, { token: 'canary' });
    expectFirst(found, 'token', /^what was given is no JWT$/);
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  it('a trust policy that lets the broker not in', async () => {
    const app = await application('Locked');
    broker.setTrustPolicy(app.accessRoleName, { Principal: { Service: 'ec2.amazonaws.com' } });
    const found = await examine(app.own);
    expectFirst(found, 'credentials', /^AccessRoleNotAssumable: /);
    expect(found.findings.at(-1)?.remedy).toContain('trust policy');
  });

  it('a role that may not register, but replace what is registered', async () => {
    const app = await application('Replacing');
    const { accountId, region, identities } = sandbox.account;
    const Resource = `arn:aws:execute-api:${region}:${accountId}:*/$default/PUT/applications`;
    identities.putRolePolicy('Replacing', 'ReplaceApplication', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
    });
    const before = await new OperatorTable(sandbox).item('Replacing');
    const { findings } = await examine(app.own);
    expect(findings).toContainEqual(
      expect.objectContaining({
        status: 'warning',
        what: expect.stringMatching(/^the caller may write regi/),
      }),
    );
    expect(await new OperatorTable(sandbox).item('Replacing')).toEqual(before);
  });

  it('a profile that would sign with itself', async () => {
    const config = fileWith(
      '[profile loop]\ncredential_process = isb credentials --token-file t\n',
      'config',
    );
    const env = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'loop' };
    expectFirst(await examine(undefined, { env }), 'identity', /would start itself for ever/, afterEndpoint);
  });
});

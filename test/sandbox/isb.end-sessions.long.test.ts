// `isb end-sessions` end to end: the portal asks who one is, AWS denies what was handed out, and nobody else notices.
import { createHash } from 'node:crypto';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { sandbox, usePortal } from './support/deployed-portal.ts';
import { isb } from './support/isb.ts';
import { fileWith } from './support/isb-world.ts';
import { operatorOf } from './support/operator.ts';
import { PortalVisit, textOf } from './support/portal-visit.ts';

const HEADING = "End a user's sessions";
const [ada, grace] = ['ada@example.com', 'grace@example.com'];

usePortal();

const run = (...args: string[]) => isb(sandbox.environment, 'end-sessions', ...args);

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials of the portal for the command line. */
async function keysOf(visit: PortalVisit): Promise<Keys> {
  const { origin } = new URL(visit.portalUrl);
  const { html } = await visit.browser.send(`${visit.portalUrl}cloudadmin/credentials`, {
    method: 'POST',
    headers: { origin, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ format: 'json' }),
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(html);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const configOf = (credentials: Keys) => ({
  endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
  region: sandbox.account.region,
  credentials,
});

/** `reads`, or the name of AWS's error. */
function readerWith(keys: Keys): () => Promise<string> {
  const s3 = new S3Client(configOf(keys));
  return async () => {
    try {
      await s3.send(new ListBucketsCommand({}));
      return 'reads';
    } catch (error) {
      return (error as Error).name;
    }
  };
}

const credentialsOf = async (visit: PortalVisit) => readerWith(await keysOf(visit));

/** With a session of a further role, which the user assumes with the portal's. */
async function assumed(visit: PortalVisit, RoleArn: string): Promise<() => Promise<string>> {
  const sts = new STSClient(configOf(await keysOf(visit)));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'further' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return readerWith({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  });
}

const allowing = (what: object) => ({
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action: '*', ...what }],
});

const isAskedWho = async (visit: PortalVisit) =>
  textOf(await visit.open('documents')).includes('identity provider');

describe('isb end-sessions', () => {
  it('tells what there is, and with --dry-run changes nothing', async () => {
    const visit = await PortalVisit.of(sandbox, ada);
    const reads = await credentialsOf(visit);
    const { exitCode, stdout } = await run('--user', ada, '--dry-run');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('held        arn:aws:iam::111122223333:role/CloudAdmin');
    expect(stdout).toContain('dry run     nothing was changed');
    expect([await reads(), await isAskedWho(visit)]).toEqual(['reads', false]);
  });

  it('ends the portal’s and AWS’s sessions of one user, says what another account must do, and lets the user in anew', async () => {
    const [visit, other] = [await PortalVisit.of(sandbox, ada), await PortalVisit.of(sandbox, grace)];
    const [reads, otherReads] = [await credentialsOf(visit), await credentialsOf(other)];
    expect(textOf(await visit.open('billing'))).toContain('Role Billing');
    expect([await reads(), await otherReads()]).toEqual(['reads', 'reads']);
    const { exitCode, stdout, stderr } = await run('--user', ada);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('of other accounts');
    expect(stdout).toContain('not denied  arn:aws:iam::222233334444:role/Billing');
    expect([await reads(), await isAskedWho(visit)]).toEqual(['AccessDenied', true]);
    expect([await otherReads(), await isAskedWho(other)]).toEqual(['reads', false]);

    const again = await PortalVisit.of(sandbox, ada);
    expect(await (await credentialsOf(again))()).toBe('reads');
  });

  it('ends what the portal had under way: a code that nobody used, and a page that waits for a yes', async () => {
    const visit = await PortalVisit.of(sandbox, 'kay@example.com');
    const redirect_uri = 'http://127.0.0.1:9/callback';
    const verifier = 'v'.repeat(43);
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const asked = { redirect_uri, state: 's'.repeat(43), code_challenge, code_challenge_method: 'S256' };
    const post = (path: string, form: Record<string, string>) =>
      visit.browser.send(visit.portalUrl + path, {
        method: 'POST',
        headers: {
          origin: new URL(visit.portalUrl).origin,
          'sec-fetch-site': 'same-origin',
          accept: 'application/json',
        },
        body: new URLSearchParams(form),
      });
    const { headers, status } = await post('documents/login', asked);
    expect(status).toBe(303);
    const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
    await run('--user', 'kay@example.com');

    const exchanged = await post('documents/credentials', { code, code_verifier: verifier });
    expect(JSON.parse(exchanged.html)).toMatchObject({ code: 'CommandLineNotAllowed' });
    for (const [path, form] of [
      ['documents/login', asked],
      ['documents/credentials', {}],
      ['favourites', { service: 'documents', favourite: 'true' }],
    ] as const)
      expect(JSON.parse((await post(path, form)).html)).toMatchObject({ code: 'NotSignedIn' });
  });

  it('denies other accounts by a profile, and further roles by their names, with what the documentation allows', async () => {
    const arn = sandbox.account.identities.createRole({
      roleName: 'Further',
      trustPolicy: allowing({
        Action: 'sts:*',
        Principal: { AWS: `arn:aws:iam::${sandbox.account.accountId}:root` },
      }),
      inlinePolicies: { Everything: allowing({ Resource: '*' }) },
    }).arn;
    const [visit, other] = [await PortalVisit.of(sandbox, ada), await PortalVisit.of(sandbox, grace)];
    const [further, others] = [await assumed(visit, arn), await assumed(other, arn)];
    expect(textOf(await visit.open('billing'))).toContain('Role Billing');
    const { ISB_OTHER_ACCESS_KEY_ID: key, ISB_OTHER_SECRET_ACCESS_KEY: secret } = sandbox.environment;
    const config = `[profile billing]\naws_access_key_id = ${key}\naws_secret_access_key = ${secret}\n`;
    const shell = { ...operatorOf(sandbox, HEADING), AWS_CONFIG_FILE: fileWith(config, 'config') };
    expect([await further(), await others()]).toEqual(['reads', 'reads']);
    const args = ['--user', ada, '--profile', 'billing', '--role', arn];
    const { exitCode, stdout, stderr } = await isb(shell, 'end-sessions', ...args);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('denied      arn:aws:iam::222233334444:role/Billing (');
    const billing = sandbox.account.all.get('222233334444')?.identities;
    const policies = billing?.findRole('arn:aws:iam::222233334444:role/Billing')?.inlinePolicies ?? [];
    expect([...policies.keys()].join()).toContain('IAMSessionBrokerRevocation-');
    expect([await further(), await others()]).toEqual(['AccessDenied', 'reads']);
  });

  it('changes nothing where a profile has no credentials', async () => {
    const visit = await PortalVisit.of(sandbox, ada);
    const { exitCode, stderr } = await run('--user', ada, '--profile', 'missing');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no AWS profile missing');
    expect(await isAskedWho(visit)).toBe(false);
  });

  it.each(['cloudformation:DescribeStacks', 'dynamodb:GetItem', 'dynamodb:UpdateItem'])(
    'says in the words of AWS that the operator lacks %s',
    async (action) => {
      const shell = operatorOf(sandbox, HEADING, action);
      const { exitCode, stderr } = await isb(shell, 'end-sessions', '--user', ada);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`not authorized to perform: ${action}`);
    },
  );

  it('names no deployed portal where there is none', async () => {
    const { exitCode, stderr } = await run('--user', ada, '--environment', 'Gamma');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no stack Portal-Service-Gamma is deployed here');
  });
});

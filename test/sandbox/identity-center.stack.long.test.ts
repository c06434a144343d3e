// IAM Identity Center from a stack of the CDK: deployed by calls of the API as the provider's role, used by an exchange, and deleted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTokenWithIAMCommand, SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../sandbox/services/index.ts';
import { bareAccount } from './fixtures/bare-account.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { synthesizeIdentityCenter } from './fixtures/identity-center-stack.ts';
import { startTokenIssuer, type TokenIssuer } from './fixtures/token-issuer.ts';

let issuer: TokenIssuer;
let directory: string;
let local: DeployedAccount;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  directory = await mkdtemp(join(tmpdir(), 'iam-session-broker-'));
});
afterEach(() => local.close());
afterAll(async () => {
  await issuer.close();
  await rm(directory, { recursive: true });
});

/** The template, and the account that it is for. */
async function open(name: string, actions?: readonly string[]) {
  // An account's instance has the same ids at every start.
  const { accountId, identityCenter } = bareAccount();
  const { arn: instanceArn, identityStoreId } = identityCenter.requireInstance();
  const { template, assets } = synthesizeIdentityCenter({
    instanceArn,
    identityStoreId,
    issuerUrl: issuer.url,
    audience: 'shop',
    callerAccountId: accountId,
    ...(actions && { actions }),
    outdir: join(directory, name),
  });
  local = await openAccount({}, { services, assets });
  return { stackName: 'IdentityCenter', template };
}

describe('a stack of the CDK', () => {
  it('makes an application whose users exchange their tokens, and leaves nothing when it is deleted', async () => {
    const wanted = await open('whole');
    await local.stacks.create(wanted);
    const { account, administrator } = local;
    const { store, applications, issuers } = account.identityCenter.requireInstance();
    const [application] = applications.all;
    expect([...(application?.scopes ?? [])]).toEqual([['s3:access_grants:read_write', undefined]]);
    expect(application?.assignmentRequired).toBe(true);

    const exp = Math.floor(Date.now() / 1_000) + 600;
    const assertion = await issuer.sign({
      iss: issuer.url,
      aud: 'shop',
      email: 'ada@example.com',
      exp,
      jti: 'one',
    });
    const answer = await new SSOOIDCClient(administrator).send(
      new CreateTokenWithIAMCommand({
        clientId: application?.arn,
        grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion,
      }),
    );
    expect(answer.awsAdditionalDetails?.identityContext).toMatch(/^AQoJ/);

    const puts = account.trail.events.filter(({ operation }) => operation.startsWith('Put'));
    expect(puts).toHaveLength(4);
    for (const { callerArn, statusCode } of puts) {
      expect(statusCode).toBe(200);
      expect(callerArn).toMatch(/^arn:aws:sts::\d{12}:assumed-role\/IdentityCenter-AWS/);
    }

    await local.stacks.delete('IdentityCenter');
    expect([store.users, store.groups, store.memberships, applications.all, issuers.all]).toEqual(
      Array(5).fill([]),
    );
  });

  it('fails where the provider’s role may not do a call, in IAM’s words, and is rolled back', async () => {
    const wanted = await open('denied', ['sso:PutApplicationGrant']);
    await expect(local.stacks.create(wanted)).rejects.toThrow(
      /Message returned: User: arn:aws:sts::.* is not authorized to perform: sso:PutApplication\w+ on resource: arn:aws:sso::/,
    );
    expect(local.account.identityCenter.requireInstance().applications.all).toEqual([]);
  });
});

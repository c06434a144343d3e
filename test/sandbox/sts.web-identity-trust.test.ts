// The trust policy of a role that tokens are exchanged for: whom it lets in, and what of it is refused when it is saved.
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import { accountId, newRole, served, trust } from './fixtures/sts-account.ts';
import {
  ACTIONS,
  claims,
  exchange,
  issuer,
  lastEvent,
  provider,
  SOURCE_IDENTITY,
  TAGS,
  trustingRole,
  trustProvider,
  useWebIdentityAccount,
} from './fixtures/web-identity-account.ts';
import cases from './fixtures/web-identity-trust.json' with { type: 'json' };

useWebIdentityAccount();

interface TrustCase {
  readonly name: string;
  readonly claims?: Record<string, unknown>;
  readonly tags?: Record<string, string>;
  readonly transitive?: string[];
  readonly sourceIdentity?: string;
  readonly condition?: object;
  readonly actions?: string[];
  readonly allowed: boolean;
  /** The action that is denied. Default: the exchange itself. */
  readonly action?: string;
}

/** `ISSUER`, `BARE` and `PROVIDER` stand for what has the issuer's port in it. */
function placed(condition: object | undefined): object | undefined {
  if (!condition) return undefined;
  const text = JSON.stringify(condition)
    .replaceAll('ISSUER', issuer.keyPrefix)
    .replaceAll('BARE', issuer.keyPrefix.replace(/\/$/, ''))
    .replaceAll('PROVIDER', provider.arn);
  return JSON.parse(text) as object;
}

function tokenOf({ claims: more, tags = {}, transitive, sourceIdentity }: TrustCase): Promise<string> {
  const principal_tags = Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, [value]]));
  return issuer.sign(
    claims({
      ...more,
      [TAGS]: { principal_tags, ...(transitive && { transitive_tag_keys: transitive }) },
      ...(sourceIdentity !== undefined && { [SOURCE_IDENTITY]: sourceIdentity }),
    }),
  );
}

const denied = (action = 'sts:AssumeRoleWithWebIdentity') => ({
  name: 'AccessDenied',
  message: `Not authorized to perform ${action}`,
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});

describe('a trust policy', () => {
  it.each(cases as TrustCase[])('that asks for $name: allowed is $allowed', async (given) => {
    const role = newRole({
      trustPolicy: trustProvider(placed(given.condition), given.actions),
      tags: { Team: 'blue' },
    });
    const exchanged = exchange(await tokenOf(given), { RoleArn: role.arn });
    if (given.allowed) {
      expect((await exchanged).AssumedRoleUser?.Arn).toContain(`${role.roleName}/alice`);
      return;
    }
    await expect(exchanged).rejects.toMatchObject(denied(given.action));
    expect(lastEvent()?.reason).toMatch(/because no role trust policy allows the sts:\w+ action$/);
  });

  const refused = async (trustPolicy: PolicyDocument) =>
    expect(
      exchange(await issuer.sign(claims()), { RoleArn: newRole({ trustPolicy }).arn }),
    ).rejects.toMatchObject(denied());

  it('names the provider itself: neither its account nor everybody lets it in', async () => {
    const elsewhere = provider.arn.replace(accountId, '999988887777');
    for (const Principal of [
      { Federated: `${provider.arn}other` },
      { Federated: elsewhere },
      { Federated: 'cognito-identity.amazonaws.com' },
      { AWS: `arn:aws:iam::${accountId}:root` },
      { AWS: '*' },
      '*',
    ]) {
      await refused({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: ACTIONS }] });
    }
  });

  it('may name it beside others', async () => {
    const Federated = ['arn:aws:iam::999988887777:saml-provider/Other', provider.arn];
    const role = newRole({
      trustPolicy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Federated }, Action: ACTIONS },
      },
    });
    await exchange(await issuer.sign(claims()), { RoleArn: role.arn });
  });

  it.each([
    ['the provider', () => ({ Federated: provider.arn })],
    ['everybody', () => '*'],
  ])('denies what it denies %s, whatever it allows', async (_, principal) => {
    const allow = trustProvider().Statement as object[];
    const deny = { Effect: 'Deny', Principal: principal(), Action: 'sts:AssumeRoleWithWebIdentity' };
    await refused({ Version: '2012-10-17', Statement: [...allow, deny] });
    expect(lastEvent()?.reason).toMatch(/with an explicit deny in the role trust policy$/);
  });

  it('lets no token in that trusts the account’s identities alone', () =>
    refused(trust(`arn:aws:iam::${accountId}:root`, ...ACTIONS, 'sts:AssumeRole')));

  it('tells nothing of a role that does not exist', async () => {
    const token = await issuer.sign(claims());
    const missing = { RoleArn: `arn:aws:iam::${accountId}:role/Missing` };
    await expect(exchange(token, missing)).rejects.toMatchObject(denied());
    expect(lastEvent()?.reason).toMatch(/There is no role/);
    const nowhere = { RoleArn: 'arn:aws:iam::999900009999:role/Missing' };
    await expect(exchange(token, nowhere)).rejects.toMatchObject(denied());
  });

  it('fails once its provider is deleted', async () => {
    const url = `${issuer.url}deleted`;
    const { oidcProviders } = served.account.identities;
    const { arn } = oidcProviders.create({ url, clientIds: ['sts.amazonaws.com'] });
    oidcProviders.delete(arn);
    await expect(exchange(await issuer.sign(claims({ iss: url })))).rejects.toMatchObject({
      message: `No OpenIDConnect provider found in your account for ${url}`,
    });
  });
});

describe('a policy is refused when it is saved', () => {
  it.each([
    'arn:aws:iam::123456789012:oidc-provider/',
    'arn:aws:iam//123456789012:oidc-provider/idp.example.com',
    'arn:aws:iam::123456789012:role/Other',
    'https://idp.example.com',
    'nobody',
    '*',
  ])('with the federated principal %s', (Federated) => {
    const Statement = [{ Effect: 'Allow', Principal: { Federated }, Action: ACTIONS }];
    expect(() => newRole({ trustPolicy: { Version: '2012-10-17', Statement } })).toThrow(
      'Federated principals must be valid domain names or SAML metadata ARNs',
    );
  });

  it.each([
    'idp.example.com:email',
    'idp.example.com:oaud',
    'idp.example.com:groups',
    'sub',
    'idp:sub',
    'idp.example.com/',
  ])('with a claim that is no condition key: %s', (key) => {
    expect(() => trustingRole({ StringEquals: { [key]: 'a' } })).toThrow(
      `The sandbox does not supply the condition key ${key}.`,
    );
  });

  it('with amr compared as if it had one value', () => {
    expect(() => trustingRole({ StringEquals: { 'idp.example.com:amr': 'mfa' } })).toThrow(
      /set operators alone/,
    );
  });
});

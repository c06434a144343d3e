// The deployed stack of IAM Identity Center: its template changed where a test says so, tokens of its issuer, and who exchanges them.
import { CreateTokenWithIAMCommand, SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import type { Role } from '../../../sandbox/identities/identities.ts';
import type { Application } from '../../../sandbox/identity-center/application.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { trustTokenIssuer } from '../../../sandbox/templates/data-access-stacks.ts';
import type { TokenIssuer } from '../fixtures/token-issuer.ts';
import { type Amend, type GrantedData, IDENTITY_CENTER, templateOf } from './granted-data.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export class ExchangedData {
  readonly #sandbox: Sandbox;
  readonly #issuer: TokenIssuer;
  #tokens = 0;

  constructor(sandbox: Sandbox, issuer: TokenIssuer) {
    this.#sandbox = sandbox;
    this.#issuer = issuer;
  }

  /** With the test's issuer instead of that of the settings. */
  async deploy(amend: Amend = () => {}): Promise<void> {
    const template = templateOf(IDENTITY_CENTER);
    trustTokenIssuer(template, this.#issuer.url);
    amend(template);
    await this.#sandbox.stacks.create({ stackName: IDENTITY_CENTER, template });
  }

  delete(): Promise<void> {
    return this.#sandbox.stacks.delete(IDENTITY_CENTER);
  }

  get application(): Application {
    const [application] = this.#sandbox.account.identityCenter.requireInstance().applications.all;
    if (!application) throw new Error('there is no application');
    return application;
  }

  /** A token that was not exchanged before. */
  token(email: string, aud = 'ShopFast'): Promise<string> {
    this.#tokens += 1;
    const exp = Math.floor(Date.now() / 1_000) + 600;
    return this.#issuer.sign({ iss: this.#issuer.url, aud, email, exp, jti: `token-${this.#tokens}` });
  }

  exchange(by: ReturnType<GrantedData['session']>, assertion: string) {
    return new SSOOIDCClient(by).send(
      new CreateTokenWithIAMCommand({ clientId: this.application.arn, grantType: GRANT_TYPE, assertion }),
    );
  }
}

/** A role of the account that may exchange tokens, as far as its own policies go. */
export function exchangingRole({ account }: Sandbox, roleName: string): Role {
  const { identities, accountId } = account;
  return identities.createRole({
    roleName,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }],
    },
    inlinePolicies: {
      Exchange: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sso-oauth:CreateTokenWithIAM', Resource: '*' }],
      },
    },
  });
}

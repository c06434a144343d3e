// IAM Identity Center of an account: its instance, with the identity store, the trusted token issuers and the applications.
import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { optionalText } from '../constraints.ts';
import type { Identities } from '../identities/identities.ts';
import type { Application } from './application.ts';
import { Applications } from './applications.ts';
import { ContextAssertions } from './context-assertions.ts';
import { IdentityStore } from './identity-store.ts';
import { TrustedTokenIssuers } from './trusted-token-issuers.ts';
import { UsedTokens } from './used-tokens.ts';

interface Place {
  readonly accountId: string;
  readonly now: () => number;
  readonly identities: Identities;
}

export interface Instance {
  /** `ssoins-` and 16 digits. */
  readonly instanceId: string;
  readonly arn: string;
  readonly accountId: string;
  readonly name: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `d-` and ten digits. */
  readonly identityStoreId: string;
  readonly identityStoreArn: string;
  readonly store: IdentityStore;
  readonly issuers: TrustedTokenIssuers;
  readonly applications: Applications;
  /** Tokens that were exchanged here. */
  readonly usedTokens: UsedTokens;
}

/** What all accounts of a sandbox share. */
interface World {
  readonly centers: Map<string, IdentityCenter>;
  readonly assertions: ContextAssertions;
}

export class IdentityCenter {
  readonly #place: Place;
  readonly #world: World;
  #instance: Instance | undefined;
  #created = 0;

  /** @param beside that of another account of the sandbox. The first account has an instance from the start, any other when it is created. */
  constructor(place: Place, beside?: IdentityCenter) {
    this.#place = place;
    this.#world = beside ? beside.#world : { centers: new Map(), assertions: new ContextAssertions() };
    this.#world.centers.set(place.accountId, this);
    if (!beside) this.createInstance();
  }

  get instance(): Instance | undefined {
    return this.#instance;
  }

  /** What STS of every account takes. */
  get assertions(): ContextAssertions {
    return this.#world.assertions;
  }

  /** An ARN as one that is created next would have. */
  newInstanceArn(): string {
    return instanceArn(this.#newId('ssoins', 16));
  }

  /** @throws AwsError ConflictException, ValidationError */
  createInstance(givenName?: unknown): Instance {
    if (this.#instance) {
      throw new AwsError('ConflictException', `Account ${this.#place.accountId} has an instance already.`);
    }
    const { accountId, now, identities } = this.#place;
    const name = optionalText('name', givenName, { minLength: 0, maxLength: 255, pattern: /^[\w+=,.@-]+$/ });
    const instanceId = this.#newId('ssoins', 16);
    const identityStoreId = this.#newId('d', 10);
    this.#created += 1;
    const arnOf = (type: string) => `arn:aws:sso::${accountId}:${type}/${instanceId}`;
    this.#instance = {
      instanceId,
      arn: instanceArn(instanceId),
      accountId,
      name,
      createdAt: now(),
      identityStoreId,
      identityStoreArn: `arn:aws:identitystore::${accountId}:identitystore/${identityStoreId}`,
      store: new IdentityStore({ identityStoreId, now }),
      issuers: new TrustedTokenIssuers(arnOf('trustedTokenIssuer')),
      applications: new Applications({ arnPrefix: arnOf('application'), now, identities }),
      usedTokens: new UsedTokens(now),
    };
    return this.#instance;
  }

  /** @throws AwsError ResourceNotFoundException */
  requireInstance(arn?: string): Instance {
    if (this.#instance && (arn === undefined || arn === this.#instance.arn)) return this.#instance;
    throw new AwsError('ResourceNotFoundException', `Instance ${arn ?? ''} does not exist in this account.`);
  }

  /**
   * With all that is in it.
   * @throws AwsError ResourceNotFoundException
   */
  deleteInstance(arn: string): void {
    this.requireInstance(arn);
    this.#instance = undefined;
  }

  /** The application of this ARN with its instance, in any account. */
  findApplication(
    arn: string,
  ): { readonly application: Application; readonly instance: Instance } | undefined {
    for (const { instance } of this.#world.centers.values()) {
      const application = instance?.applications.find(arn);
      if (instance && application) return { application, instance };
    }
    return undefined;
  }

  /** The same at every start: settings of stacks name an instance and its store. */
  #newId(prefix: string, length: number): string {
    const seed = `${prefix} ${this.#created} of ${this.#place.accountId}`;
    return `${prefix}-${createHash('sha256').update(seed).digest('hex').slice(0, length)}`;
  }
}

function instanceArn(instanceId: string): string {
  return `arn:aws:sso:::instance/${instanceId}`;
}

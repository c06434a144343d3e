// The grants of an instance, and how long a change of them takes to be seen.
import { randomUUID } from 'node:crypto';
import { accessGrantsError } from './errors.ts';
import type { Grant, Grantee, Instance, Permission } from './grant.ts';
import type { Locations } from './locations.ts';
import { grantScope } from './scope.ts';

export interface GrantRequest {
  readonly locationId: string;
  readonly subPrefix?: string | undefined;
  readonly grantee: Grantee;
  readonly permission: Permission;
  readonly applicationArn?: string | undefined;
  /** `Object` where the scope is one key, and is said to be. */
  readonly prefixType?: 'Object' | undefined;
}

/** The change of a grant that so many further decisions do not see. */
interface Pending {
  readonly grant: Grant;
  readonly change: 'created' | 'deleted';
  decisionsLeft: number;
}

const DIRECTORY_ID = /^(?:[0-9a-f]{10}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PRINCIPAL = /^arn:aws:iam::\d{12}:(?:role|user)\/[!-~]+$/;

export class Grants {
  readonly #byId = new Map<string, Grant>();
  #pending: Pending[] = [];
  readonly #instance: Instance;
  readonly #locations: Locations;
  readonly #now: () => number;

  constructor(instance: Instance, locations: Locations, now: () => number) {
    this.#instance = instance;
    this.#locations = locations;
    this.#now = now;
  }

  /** In the order of their creation. */
  get all(): readonly Grant[] {
    return [...this.#byId.values()];
  }

  /** @throws AwsError NoSuchAccessGrantError */
  find(grantId: string): Grant {
    const grant = this.#byId.get(grantId);
    if (!grant) throw accessGrantsError('NoSuchAccessGrantError');
    return grant;
  }

  /**
   * @param seenAfter decisions that do not see it yet
   * @throws AwsError NoSuchAccessGrantsLocationError, InvalidAccessGrant, AccessGrantAlreadyExists, NotImplemented
   */
  create(request: GrantRequest, seenAfter = 0): Grant {
    const { locationId, subPrefix, grantee, permission, applicationArn } = request;
    const scope = grantScope(this.#locations.find(locationId).scope, subPrefix);
    if (request.prefixType === 'Object' && scope.isPrefix) {
      throw accessGrantsError('InvalidAccessGrant', `${scope.text} is no object`);
    }
    this.#requireGrantee(grantee);
    const grantId = randomUUID();
    const arn = `${this.#instance.arn}/grant/${grantId}`;
    const createdAt = this.#now();
    const grant: Grant = {
      ...{ grantId, arn, locationId, subPrefix, scope, grantee, permission, applicationArn, createdAt },
    };
    if (this.all.some((other) => isSame(other, grant))) throw accessGrantsError('AccessGrantAlreadyExists');
    this.#byId.set(grantId, grant);
    this.#pending.push({ grant, change: 'created', decisionsLeft: seenAfter });
    return grant;
  }

  /**
   * @param seenAfter decisions that still go by it
   * @throws AwsError NoSuchAccessGrantError
   */
  delete(grantId: string, seenAfter = 0): void {
    const grant = this.find(grantId);
    this.#byId.delete(grantId);
    this.#pending.push({ grant, change: 'deleted', decisionsLeft: seenAfter });
  }

  /** The grants that a decision goes by: each call is one. */
  forDecision(): readonly Grant[] {
    this.#pending = this.#pending.filter(({ decisionsLeft }) => decisionsLeft > 0);
    const seen = new Set(this.all);
    for (const pending of this.#pending) {
      pending.decisionsLeft -= 1;
      if (pending.change === 'created') seen.delete(pending.grant);
      else seen.add(pending.grant);
    }
    return [...seen];
  }

  #requireGrantee({ granteeType, granteeIdentifier }: Grantee): void {
    if (granteeType === 'IAM') {
      if (PRINCIPAL.test(granteeIdentifier)) return;
      throw accessGrantsError('InvalidAccessGrant', `${granteeIdentifier} is no ARN of a role or user`);
    }
    if (!DIRECTORY_ID.test(granteeIdentifier)) {
      throw accessGrantsError('InvalidAccessGrant', `${granteeIdentifier} is no id of a directory`);
    }
    if (!this.#instance.identityCenter) {
      throw accessGrantsError('InvalidAccessGrant', 'the instance is not associated with Identity Center');
    }
  }
}

function isSame(one: Grant, other: Grant): boolean {
  return (
    one.scope.text === other.scope.text &&
    one.permission === other.permission &&
    one.applicationArn === other.applicationArn &&
    one.grantee.granteeType === other.grantee.granteeType &&
    one.grantee.granteeIdentifier === other.grantee.granteeIdentifier
  );
}

// The applications of an instance.
import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { optionalText, requireList, requireOneOf, requireStructure, requireText } from '../constraints.ts';
import type { Identities } from '../identities/identities.ts';
import type { PolicyDocument } from '../identities/identity.ts';
import type { Application } from './application.ts';

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutApplicationAccessScope.html */
const SCOPE = { pattern: /^([A-Za-z0-9_]{1,50})(:[A-Za-z0-9_]{1,50}){0,2}$/ };
const TARGET = {
  maxLength: 100,
  pattern:
    /^arn:aws:sso::(\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}|:instance\/(sso)?ins-[a-zA-Z0-9-.]{16})$/,
};
const MAX_SCOPES = 10;

/** For applications of one's own that speak OAuth. */
const CUSTOM_PROVIDER = 'arn:aws:sso::aws:applicationProvider/custom';

interface Place {
  /** `arn:aws:sso::ACCOUNT:application/INSTANCE` */
  readonly arnPrefix: string;
  readonly now: () => number;
  readonly identities: Identities;
}

export class Applications {
  readonly #place: Place;
  readonly #byArn = new Map<string, Application>();

  constructor(place: Place) {
    this.#place = place;
  }

  get all(): readonly Application[] {
    return [...this.#byArn.values()];
  }

  /** The ARN of one that is made next, or never. */
  newArn(id = randomBytes(8).toString('hex')): string {
    return `${this.#place.arnPrefix}/apl-${id}`;
  }

  /**
   * @param given by the names of the API reference
   * @param id 16 letters and digits; default: any
   * @throws AwsError ValidationError; NotImplemented for a provider that the sandbox does not have
   */
  create(given: Readonly<Record<string, unknown>>, id?: string): Application {
    const providerArn = requireText('applicationProviderArn', given['ApplicationProviderArn'], {
      minLength: 10,
      maxLength: 1_224,
      pattern: /^arn:aws:sso::aws:applicationProvider\/[a-zA-Z0-9-/]+$/,
    });
    if (providerArn !== CUSTOM_PROVIDER) {
      throw new AwsError('NotImplemented', `The sandbox does not have the provider ${providerArn}.`, 501);
    }
    const application: Application = {
      arn: this.newArn(id),
      providerArn,
      name: requireText('name', given['Name'], { maxLength: 100 }),
      description: optionalText('description', given['Description'], { maxLength: 128 }),
      status: requireOneOf('status', given['Status'] ?? 'ENABLED', ['ENABLED', 'DISABLED']),
      portalOptions:
        given['PortalOptions'] === undefined
          ? undefined
          : requireStructure('portalOptions', given['PortalOptions']),
      createdAt: this.#place.now(),
      grants: new Map(),
      actorPolicy: undefined,
      scopes: new Map(),
      assignmentRequired: true,
      assignments: [],
    };
    this.#byArn.set(application.arn, application);
    return application;
  }

  find(arn: string): Application | undefined {
    return this.#byArn.get(arn);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(arn: string): Application {
    const application = this.find(arn);
    if (application) return application;
    throw new AwsError('ResourceNotFoundException', `Application ${arn} does not exist.`);
  }

  /** @throws AwsError ResourceNotFoundException */
  delete(arn: string): void {
    this.get(arn);
    this.#byArn.delete(arn);
  }

  /**
   * Principals are kept by unique id, as those of a trust policy.
   * @throws AwsError ValidationError for what is no policy, or names nobody; NotImplemented for a condition that the sandbox
   * does not supply
   */
  putActorPolicy(application: Application, given: unknown): void {
    try {
      const policy = requireStructure('actorPolicy', given) as unknown as PolicyDocument;
      application.actorPolicy = this.#place.identities.storedResourcePolicy(policy);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'MalformedPolicyDocument') throw error;
      throw new AwsError('ValidationError', `The actor policy is invalid: ${error.message}`);
    }
  }

  /** The actor policy as it is evaluated and shown. */
  shownActorPolicy({ actorPolicy }: Application): PolicyDocument | undefined {
    return actorPolicy && this.#place.identities.shownResourcePolicy(actorPolicy);
  }
}

/** @throws AwsError ValidationError */
export function putScope({ scopes }: Application, givenScope: unknown, givenTargets: unknown): void {
  const scope = requireText('scope', givenScope, SCOPE);
  const targets =
    givenTargets === undefined
      ? undefined
      : requireList('authorizedTargets', givenTargets, { min: 1, max: 10 }).map((target, at) =>
          requireText(`authorizedTargets.${at + 1}.member`, target, TARGET),
        );
  if (scopes.size >= MAX_SCOPES && !scopes.has(scope)) {
    throw new AwsError('ValidationError', `An application has at most ${MAX_SCOPES} access scopes.`);
  }
  scopes.set(scope, targets);
}

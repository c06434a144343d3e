// An account's KMS keys and aliases in its region, and how a request names one.
import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Identities } from '../identities/identities.ts';
import type { PolicyDocument } from '../identities/identity.ts';
import { policySize } from '../identities/policy-document.ts';
import { type KeyMaterial, type KeySpec, specificationOf } from './key-specs.ts';
import type { KeyUsage, KmsKey, NamedKey } from './kms-key.ts';

/** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
const MAX_KEY_POLICY_SIZE = 32_768;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
  readonly identities: Identities;
}

export interface KmsKeyRequest {
  /** Default: any. */
  readonly keyId?: string;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly description?: string;
  readonly isEnabled?: boolean;
  /** Default: the account's identity policies decide. */
  readonly policy?: PolicyDocument;
}

export class KmsKeys {
  readonly #place: Place;
  readonly #keys = new Map<string, KmsKey>();
  /** Key ids by alias name. */
  readonly #aliases = new Map<string, string>();

  constructor(place: Place) {
    this.#place = place;
  }

  /** @throws AwsError MalformedPolicyDocument, LimitExceededException, NotImplemented */
  create(request: KmsKeyRequest): KmsKey {
    const { spec, usage, keyId = randomUUID() } = request;
    if ((usage === 'SIGN_VERIFY') !== specificationOf(spec).algorithms.length > 0) {
      throw new AwsError('NotImplemented', `The sandbox has no KMS keys of ${spec} for ${usage}.`, 501);
    }
    const policy = request.policy ?? this.#defaultPolicy();
    if (policySize(policy) > MAX_KEY_POLICY_SIZE) {
      throw new AwsError('LimitExceededException', `A key policy has at most ${MAX_KEY_POLICY_SIZE} bytes.`);
    }
    let material: Promise<KeyMaterial> | undefined;
    const key: KmsKey = {
      keyId,
      arn: this.#arnOf(`key/${keyId}`),
      spec,
      usage,
      description: request.description ?? '',
      createdAt: this.#place.now(),
      isEnabled: request.isEnabled ?? true,
      policy: this.#place.identities.storedResourcePolicy(policy),
      material: () => {
        material ??= specificationOf(spec).make();
        return material;
      },
      secret: randomBytes(32),
    };
    this.#keys.set(keyId, key);
    return key;
  }

  /**
   * @param name `alias/NAME`
   * @throws AwsError InvalidAliasNameException, AlreadyExistsException, NotFoundException
   */
  createAlias(name: string, keyId: string): void {
    if (!/^alias\/[\w/-]{1,250}$/.test(name) || name.startsWith('alias/aws/')) {
      throw new AwsError('InvalidAliasNameException', `${name} is no alias name that a customer may give.`);
    }
    if (this.#aliases.has(name)) {
      throw new AwsError(
        'AlreadyExistsException',
        `An alias with the name ${this.#arnOf(name)} already exists`,
      );
    }
    this.#aliases.set(name, this.find(keyId).key.keyId);
  }

  /** Whether there is a key of this id. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /** The aliases of a key, by name. */
  aliasesOf({ keyId }: KmsKey): string[] {
    return [...this.#aliases].flatMap(([name, aliased]) => (aliased === keyId ? [name] : []));
  }

  /** The key policy as it is evaluated. */
  shownPolicy({ policy }: KmsKey): PolicyDocument {
    return this.#place.identities.shownResourcePolicy(policy);
  }

  /**
   * By key id, key ARN, alias name or alias ARN. KMS tells everybody which there are not.
   * @throws AwsError NotFoundException
   */
  find(name: string): NamedKey {
    const resource = this.#resourceOf(name);
    const alias = resource.startsWith('alias/') ? resource : undefined;
    const keyId = alias === undefined ? resource.replace(/^key\//, '') : this.#aliases.get(alias);
    if (keyId === undefined) throw notFound(`Alias ${this.#arnOf(resource)} is not found.`);
    const key = this.#keys.get(keyId);
    if (key) return { key, alias };
    throw notFound(
      UUID.test(keyId) ? `Key '${this.#arnOf(`key/${keyId}`)}' does not exist` : `Invalid keyId '${keyId}'`,
    );
  }

  #resourceOf(name: string): string {
    if (!name.startsWith('arn:')) return name;
    const { accountId, region } = this.#place;
    const [, partition, service, inRegion, ofAccount, resource] =
      /^arn:([^:]*):([^:]*):([^:]*):([^:]*):((?:key|alias)\/.+)$/.exec(name) ?? [];
    if (resource === undefined || partition !== 'aws' || service !== 'kms')
      throw notFound(`Invalid arn ${name}`);
    if (inRegion !== region) throw notFound(`Invalid arn ${inRegion}`);
    if (ofAccount !== accountId)
      throw notFound(`${name} is not found: the sandbox shares no key between accounts.`);
    return resource;
  }

  #arnOf(resource: string): string {
    return `arn:aws:kms:${this.#place.region}:${this.#place.accountId}:${resource}`;
  }

  /** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
  #defaultPolicy(): PolicyDocument {
    const Principal = { AWS: `arn:aws:iam::${this.#place.accountId}:root` };
    return {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
    };
  }
}

function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message);
}

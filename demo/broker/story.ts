// The story: the reference's walkthrough from deployment to deregistration, each step with its real outcome.
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { Cleanup } from '../../client/account/cleanup.ts';
import { type Clients, createClients } from '../../client/account/clients.ts';
import { type Patience, patiently } from '../../client/account/patience.ts';
import { createUser, deleteUser, signIn, tamperWith } from '../../client/account/pool-user.ts';
import {
  accessPolicy,
  accessTrustPolicy,
  createRole,
  credentialsPolicy,
  deleteRole,
  INVOKE_CREDENTIALS,
  type PolicyDocument,
  pinnedTo,
  REGISTER_APPLICATION,
  serviceTrustPolicy,
  whileMayRegister,
} from '../../client/account/roles.ts';
import { createBucket, dataOf, deleteBucket, readData } from '../../client/account/tenant-bucket.ts';
import {
  type BrokerAnswer,
  type BrokerCall,
  type Credentials,
  credentialsOf,
  leavesNothingRegistered,
} from '../../client/broker-client.ts';
import { type Narrator, NotTried } from '../narration/narrator.ts';
import { Broker, told } from './broker.ts';
import { findStage, OTHER_TENANT, type Stage, TENANT } from './stage.ts';
import type { Target } from './target.ts';

export const SESSION_TAG_KEY = 'TenantID';
const CLAIM_NAME = 'custom:tenant_id';
const DEREGISTER: BrokerCall = { method: 'DELETE', path: 'applications' };

export interface StoryOptions {
  /** Changes the access role's trust policy, to see what the story says of a wrong one. */
  readonly amendTrustPolicy?: (policy: PolicyDocument) => PolicyDocument;
}

/**
 * Plays the whole story and cleans up after it, whatever has come of it. Rejects with a `StepFailure` when a
 * step came out otherwise than it should, and with the reason of the narrator's signal when that aborts.
 */
export async function playStory(
  target: Target,
  narrator: Narrator,
  options: StoryOptions = {},
): Promise<void> {
  const story = new Story(target, narrator, options);
  try {
    await story.deploy();
    await story.prepare();
    await story.useCredentials();
    await story.beRefused();
    await story.leave();
  } finally {
    await story.cleanup.run(narrator.say);
  }
}

class Story {
  readonly cleanup = new Cleanup();
  readonly #clients: Clients;
  readonly #patience: Patience;
  #stage!: Stage;
  #broker!: Broker;
  #token = '';
  #application!: Credentials;
  #issued!: Credentials;

  constructor(
    private readonly target: Target,
    private readonly narrator: Narrator,
    private readonly options: StoryOptions,
  ) {
    this.#clients = createClients(target.clientConfig);
    this.#patience = { patienceMs: target.patienceMs, signal: narrator.signal };
  }

  async deploy(): Promise<void> {
    await this.narrator.step('Find the deployed stacks', async () => {
      const { api, clientConfig, environment } = this.target;
      this.#stage = await findStage(this.#clients, this.target, environment);
      const { endpoint, jwksUrl } = this.#stage.outputs;
      this.#broker = new Broker({ endpoint, region: clientConfig.region, ...api }, this.target);
      return [
        'cloudformation DescribeStacks → outputs',
        `  APIEndpoint ${endpoint}`,
        ...(api?.resolve ? [`  served at   ${api.endpoint}, here`] : []),
        `  JWKSetURL   ${jwksUrl}`,
      ].join('\n');
    });
  }

  async prepare(): Promise<void> {
    const { cognito, iam, s3 } = this.#clients;
    const { account, outputs, user, bucket, serviceRoleName, accessRoleName } = this.#stage;
    const { step } = this.narrator;

    await step(`Create a user of the tenant ${TENANT} and sign in`, async () => {
      this.cleanup.add(`the user ${user.username}`, () => deleteUser(cognito, user));
      const { password } = await createUser(cognito, user, { [CLAIM_NAME]: TENANT, 'custom:role': 'Admin' });
      const clientId = outputs.userPoolClientId;
      this.#token = await signIn(cognito, { clientId, username: user.username, password });
      return `cognito-idp InitiateAuth → ID token, ${CLAIM_NAME} = ${TENANT}`;
    });

    await step('Create the application’s two roles', async () => {
      const trust = pinnedTo(serviceRoleName, accessTrustPolicy(account, outputs.servicePrincipalRoleName));
      const amended = this.options.amendTrustPolicy?.(trust) ?? trust;
      for (const roleName of [accessRoleName, serviceRoleName]) {
        this.cleanup.add(`the role ${roleName}`, () => deleteRole(iam, roleName));
      }
      const permissions = accessPolicy(account, bucket.bucket, SESSION_TAG_KEY);
      await createRole(iam, accessRoleName, amended, { [accessRoleName]: permissions });
      await createRole(iam, serviceRoleName, serviceTrustPolicy(account), {
        [INVOKE_CREDENTIALS]: credentialsPolicy(account),
      });
      return [
        `iam CreateRole → ${serviceRoleName}: may ask for credentials`,
        `iam CreateRole → ${accessRoleName}: may be assumed by ${outputs.servicePrincipalRoleName} for ${serviceRoleName} alone`,
        `  sts:ExternalId ${serviceRoleName}`,
        `  may read       s3://${bucket.bucket}/\${aws:PrincipalTag/${SESSION_TAG_KEY}}/*`,
      ].join('\n');
    });

    await step('Assume the application’s own role', async () => {
      this.#application = await patiently(this.#patience, () => this.#assumeApplicationRole());
      return `sts AssumeRole → ${this.#application.accessKeyId}`;
    });

    await step('Register the application', async () => {
      const body = {
        AccessPrincipalRoleName: accessRoleName,
        SessionTagKey: SESSION_TAG_KEY,
        JWTClaimName: CLAIM_NAME,
        JWKSetURL: outputs.jwksUrl,
        Issuer: outputs.jwksUrl.replace(/\/\.well-known\/jwks\.json$/, ''),
        Audience: outputs.userPoolClientId,
      };
      this.cleanup.add('the registration', () => this.#deregisterIfRegistered());
      // The broker refuses an access role that it cannot assume, as IAM may have it for the first seconds.
      const answer = await this.#whileMayRegister(() =>
        this.#broker.expect(
          { status: 201 },
          { method: 'POST', path: 'applications', body },
          this.#application,
        ),
      );
      const warnings = (answer.body['Warnings'] as { Code: string }[]).map(({ Code }) => Code);
      return [
        `iam PutRolePolicy → ${serviceRoleName} has ${REGISTER_APPLICATION}`,
        `POST /applications → 201, Warnings ${warnings.join(', ') || 'none'}`,
        `  ExternalId ${answer.body['ExternalId']}`,
        `  Issuer     ${body.Issuer}`,
        `  Audience   ${body.Audience}`,
        `iam DeleteRolePolicy → ${serviceRoleName} has it no more`,
      ].join('\n');
    });

    await step(`Make the bucket, with an object of ${TENANT} and one of ${OTHER_TENANT}`, async () => {
      this.cleanup.add(`the bucket ${bucket.bucket}`, () => deleteBucket(s3, bucket));
      await createBucket(s3, bucket);
      return `s3 PutObject → s3://${bucket.bucket}/${TENANT}/file.txt and /${OTHER_TENANT}/file.txt`;
    });
  }

  async useCredentials(): Promise<void> {
    const { step } = this.narrator;
    let firstMs = 0;

    await step(`Get credentials for the user of ${TENANT}`, async () => {
      const answer = await patiently(this.#patience, () => this.#getCredentials());
      firstMs = answer.elapsedMs;
      this.#issued = credentialsOf(answer.body);
      const { Tags, Expiration } = answer.body as { Tags?: Record<string, string>; Expiration?: string };
      const tenant = Tags?.[SESSION_TAG_KEY];
      if (tenant !== TENANT) throw new Error(`the credentials should be ${TENANT}’s, and are ${tenant}’s`);
      return `GET /credentials?jwt=… → 200, ${this.#issued.accessKeyId}, ${SESSION_TAG_KEY} ${tenant}, until ${Expiration}`;
    });

    await step(`Read the object of ${TENANT}`, async () => {
      const text = await patiently(this.#patience, () => this.#read(TENANT));
      if (text !== dataOf(TENANT)) throw new Error('s3 GetObject gave other data than was put');
      return `s3 GetObject ${TENANT}/file.txt → “${text.trim()}”`;
    });

    await step(`Be denied the object of ${OTHER_TENANT}`, async () => {
      const outcome = await this.#read(OTHER_TENANT).then(
        () => 'the object',
        (error: Error) => error.name,
      );
      if (outcome !== 'AccessDenied') {
        throw new Error(`s3 GetObject ${OTHER_TENANT}/file.txt should be AccessDenied, and gave ${outcome}`);
      }
      return `s3 GetObject ${OTHER_TENANT}/file.txt → AccessDenied`;
    });

    await step('Ask again, and be served from the cache', async () => {
      const answer = await patiently(this.#patience, async () => {
        const again = await this.#getCredentials();
        if (again.body['AccessKeyId'] === this.#issued.accessKeyId) return again;
        throw new Error('GET /credentials gave another session, not the cached one');
      });
      const times = `${firstMs.toFixed(0)} ms the first time, ${answer.elapsedMs.toFixed(0)} ms now`;
      return `GET /credentials?jwt=… → 200, the same ${this.#issued.accessKeyId}; ${times}`;
    });
  }

  async beRefused(): Promise<void> {
    const { step } = this.narrator;
    const beForbidden = async (
      jwt: string,
      caller: Credentials | undefined,
      fields: Record<string, string>,
    ) => told(await this.#broker.expect({ status: 403, fields }, credentialsFor(jwt), caller));

    await step('Be refused without a signature', () =>
      beForbidden(this.#token, undefined, { message: 'Forbidden' }),
    );
    await step('Be refused to register anything else', () =>
      patiently(this.#patience, async () => {
        const expected = { status: 403, fields: { message: 'Forbidden' } };
        const change: BrokerCall = { method: 'PUT', path: 'applications' };
        return told(await this.#broker.expect(expected, change, this.#application), 'PUT /applications');
      }),
    );
    await step('Be refused with a tampered token', () => {
      const tampered = tamperWith(this.#token, { [CLAIM_NAME]: OTHER_TENANT });
      return beForbidden(tampered, this.#application, { code: 'TokenSignatureInvalid' });
    });
    await step('Be refused with an expired token', async () => {
      if (!this.target.expire) {
        return new NotTried('The shortest life that Cognito gives a token is five minutes.');
      }
      const expired = await this.target.expire(this.#token);
      return beForbidden(expired, this.#application, { code: 'TokenExpired' });
    });
  }

  async leave(): Promise<void> {
    const { step } = this.narrator;
    await step('Deregister the application', async () => {
      const answer = await this.#whileMayRegister(() =>
        this.#broker.expect({ status: 200 }, DEREGISTER, this.#application),
      );
      return told(answer, 'DELETE /applications');
    });
    await step('Be refused as no longer registered', () =>
      patiently(this.#patience, async () => {
        const expected = { status: 404, fields: { code: 'ApplicationNotFound' } };
        return told(await this.#broker.expect(expected, credentialsFor(this.#token), this.#application));
      }),
    );
  }

  async #deregisterIfRegistered(): Promise<void> {
    const deregister = async () => {
      const answer = await this.#broker.call(DEREGISTER, this.#application);
      if (!leavesNothingRegistered(answer)) throw new Error(told(answer, 'DELETE /applications'));
    };
    // Without the signal: an interruption is what this cleans up after.
    await this.#whileMayRegister(deregister, { patienceMs: this.target.patienceMs });
  }

  /** Tries until it succeeds: IAM takes some seconds to carry the permission everywhere. */
  #whileMayRegister<T>(work: () => Promise<T>, patience = this.#patience): Promise<T> {
    const { account, serviceRoleName } = this.#stage;
    return whileMayRegister(this.#clients.iam, account, serviceRoleName, () => patiently(patience, work));
  }

  async #assumeApplicationRole(): Promise<Credentials> {
    const { account, serviceRoleName } = this.#stage;
    const { Credentials = {} } = await this.#clients.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${account.partition}:iam::${account.accountId}:role/${serviceRoleName}`,
        RoleSessionName: serviceRoleName,
      }),
    );
    return credentialsOf(Credentials);
  }

  #read(tenant: string): Promise<string> {
    const s3 = new S3Client({ ...this.target.clientConfig, credentials: this.#issued });
    return readData(s3, this.#stage.bucket.bucket, tenant);
  }

  #getCredentials(): Promise<BrokerAnswer> {
    return this.#broker.expect({ status: 200 }, credentialsFor(this.#token), this.#application);
  }
}

function credentialsFor(jwt: string): BrokerCall {
  return { method: 'GET', path: 'credentials', query: { jwt } };
}

// The story: the reference's walkthrough from deployment to deregistration, each step with its real outcome.
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  type Account,
  accessPolicy,
  accessTrustPolicy,
  createRole,
  deleteRole,
  type PolicyDocument,
  servicePolicy,
  serviceTrustPolicy,
} from './application.ts';
import { type BrokerAnswer, type BrokerCall, type Credentials, callBroker } from './broker-client.ts';
import { createBucket, dataOf, deleteBucket, readData, type TenantBucket } from './bucket.ts';
import { type Clients, createClients, type Outputs, readOutputs } from './clients.ts';
import type { Narrator } from './narrator.ts';
import { patiently } from './patience.ts';
import type { Target } from './target.ts';
import { createUser, deleteUser, signIn, tamperWith } from './user.ts';

const TENANT = 'Yellow';
const OTHER_TENANT = 'Blue';
const SESSION_TAG_KEY = 'TenantID';
const CLAIM_NAME = 'custom:tenant_id';

export interface StoryOptions {
  /** Suffix of the stacks’ names. Default `Sandbox`. */
  readonly environment?: string;
  /** Changes the access role's trust policy, to see what the story says of a wrong one. */
  readonly amendTrustPolicy?: (policy: PolicyDocument) => PolicyDocument;
}

/** Plays the whole story and cleans up after it. Rejects when any step came out otherwise than it should. */
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
    await story.cleanUp();
  }
}

class Story {
  readonly #clients: Clients;
  readonly #serviceRoleName: string;
  readonly #accessRoleName: string;
  #bucket!: TenantBucket;
  #outputs!: Outputs;
  #account!: Account;
  #token = '';
  #application!: Credentials;
  #issued!: Credentials;
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(
    private readonly target: Target,
    private readonly narrator: Narrator,
    private readonly options: StoryOptions,
  ) {
    this.#clients = createClients(target.clientConfig);
    this.#serviceRoleName = `AppService${target.suffix}`;
    this.#accessRoleName = `AppAccess${target.suffix}`;
  }

  async deploy(): Promise<void> {
    const { cloudFormation, sts } = this.#clients;
    await this.narrator.step('Find the deployed stacks', async () => {
      this.#outputs = await readOutputs(cloudFormation, this.options.environment ?? 'Sandbox');
      const { Account: accountId = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      const { region } = this.target.clientConfig;
      this.#account = { accountId, region, partition: Arn.split(':')[1] ?? 'aws' };
      const bucket = `isb-${accountId}-${region}${this.target.suffix}`;
      this.#bucket = { bucket, region, tenants: [TENANT, OTHER_TENANT] };
      return [
        `cloudformation DescribeStacks → APIEndpoint ${this.#outputs.endpoint}`,
        `                                JWKSetURL   ${this.#outputs.jwksUrl}`,
      ].join('\n');
    });
  }

  async prepare(): Promise<void> {
    const { iam, s3 } = this.#clients;
    const { step } = this.narrator;

    await step(`Create a user of the tenant ${TENANT} and sign in`, async () => {
      const { cognito } = this.#clients;
      const { userPoolId, userPoolClientId: clientId } = this.#outputs;
      const user = { userPoolId, username: `yellow-user${this.target.suffix}` };
      const { password } = await createUser(cognito, user, { [CLAIM_NAME]: TENANT, 'custom:role': 'Admin' });
      this.#undo.push(() => deleteUser(cognito, user));
      this.#token = await signIn(cognito, { clientId, username: user.username, password });
      return `cognito-idp InitiateAuth → ID token, ${CLAIM_NAME} = ${TENANT}`;
    });

    await step('Create the application’s two roles', async () => {
      const trust = accessTrustPolicy(this.#account, this.#outputs.servicePrincipalRoleName);
      const amended = this.options.amendTrustPolicy?.(trust) ?? trust;
      this.#undo.push(
        () => deleteRole(iam, this.#accessRoleName),
        () => deleteRole(iam, this.#serviceRoleName),
      );
      await createRole(
        iam,
        this.#accessRoleName,
        amended,
        accessPolicy(this.#account, this.#bucket.bucket, SESSION_TAG_KEY),
      );
      await createRole(
        iam,
        this.#serviceRoleName,
        serviceTrustPolicy(this.#account),
        servicePolicy(this.#account),
      );
      return [
        `iam CreateRole → ${this.#serviceRoleName}: may call the API`,
        `iam CreateRole → ${this.#accessRoleName}: may read s3://${this.#bucket.bucket}/\${aws:PrincipalTag/${SESSION_TAG_KEY}}/*`,
      ].join('\n');
    });

    await step('Assume the application’s own role', async () => {
      this.#application = await patiently(this.target.patienceMs, () => this.#assumeApplicationRole());
      return `sts AssumeRole → ${this.#application.accessKeyId}`;
    });

    await step('Register the application', async () => {
      const body = {
        AccessPrincipalRoleName: this.#accessRoleName,
        SessionTagKey: SESSION_TAG_KEY,
        JWTClaimName: CLAIM_NAME,
        JWKSetURL: this.#outputs.jwksUrl,
      };
      const answer = await this.#expect(
        201,
        { method: 'POST', path: 'applications', body },
        this.#application,
      );
      this.#undo.push(() => this.#call({ method: 'DELETE', path: 'applications' }, this.#application));
      const warnings = (answer.body['Warnings'] as { Code: string }[]).map(({ Code }) => Code);
      return `POST /applications → 201, ExternalId ${answer.body['ExternalId']}, Warnings ${warnings.join(', ')}`;
    });

    await step(`Make the bucket, with an object of ${TENANT} and one of ${OTHER_TENANT}`, async () => {
      this.#undo.push(() => deleteBucket(s3, this.#bucket));
      await createBucket(s3, this.#bucket);
      return `s3 PutObject → s3://${this.#bucket.bucket}/${TENANT}/file.txt and /${OTHER_TENANT}/file.txt`;
    });
  }

  async useCredentials(): Promise<void> {
    const { step } = this.narrator;
    let firstMs = 0;

    await step(`Get credentials for the user of ${TENANT}`, async () => {
      const answer = await this.#getCredentials(this.target.patienceMs);
      firstMs = answer.elapsedMs;
      this.#issued = credentialsFrom(answer);
      return `GET /credentials?jwt=… → 200, ${this.#issued.accessKeyId}, until ${answer.body['Expiration']}`;
    });

    await step(`Read the object of ${TENANT}`, async () => {
      const text = await patiently(this.target.patienceMs, () => this.#read(TENANT));
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
      const answer = await patiently(this.target.patienceMs, async () => {
        const again = await this.#getCredentials(0);
        if (again.body['AccessKeyId'] === this.#issued.accessKeyId) return again;
        throw new Error('GET /credentials gave another session, not the cached one');
      });
      const times = `${firstMs.toFixed(0)} ms the first time, ${answer.elapsedMs.toFixed(0)} ms now`;
      return `GET /credentials?jwt=… → 200, the same ${this.#issued.accessKeyId}; ${times}`;
    });
  }

  async beRefused(): Promise<void> {
    const { step } = this.narrator;
    const ask = (jwt: string): BrokerCall => ({ method: 'GET', path: 'credentials', query: { jwt } });

    await step('Be refused without a signature', async () =>
      told(await this.#expect(403, ask(this.#token), undefined, { message: 'Forbidden' })),
    );
    await step('Be refused with a tampered token', async () =>
      told(
        await this.#expect(
          403,
          ask(tamperWith(this.#token, { [CLAIM_NAME]: OTHER_TENANT })),
          this.#application,
          { code: 'TokenSignatureInvalid' },
        ),
      ),
    );
    await step('Be refused with an expired token', async () => {
      if (!this.target.expire)
        return 'not tried here: the shortest life that Cognito gives a token is five minutes';
      const expired = await this.target.expire(this.#token);
      return told(await this.#expect(403, ask(expired), this.#application, { code: 'TokenExpired' }));
    });
  }

  async leave(): Promise<void> {
    const { step } = this.narrator;
    await step('Deregister the application', async () =>
      told(
        await this.#expect(200, { method: 'DELETE', path: 'applications' }, this.#application),
        'DELETE /applications',
      ),
    );
    await step('Be refused as no longer registered', async () =>
      patiently(this.target.patienceMs, async () => {
        const call: BrokerCall = { method: 'GET', path: 'credentials', query: { jwt: this.#token } };
        return told(await this.#expect(404, call, this.#application, { code: 'ApplicationNotFound' }));
      }),
    );
  }

  /** Removes what the story created, newest first; what cannot be removed is said, and fails nothing. */
  async cleanUp(): Promise<void> {
    for (const undo of this.#undo.reverse()) {
      await undo().catch((error: Error) => {
        this.narrator.say(`      could not clean up: ${error.name}`);
      });
    }
  }

  async #assumeApplicationRole(): Promise<Credentials> {
    const { accountId, partition } = this.#account;
    const { Credentials } = await this.#clients.sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${partition}:iam::${accountId}:role/${this.#serviceRoleName}`,
        RoleSessionName: this.#serviceRoleName,
      }),
    );
    return credentialsFrom({ body: { ...Credentials } });
  }

  #read(tenant: string): Promise<string> {
    const s3 = new S3Client({ ...this.target.clientConfig, credentials: this.#issued });
    return readData(s3, this.#bucket.bucket, tenant);
  }

  #getCredentials(patienceMs: number): Promise<BrokerAnswer> {
    const call: BrokerCall = { method: 'GET', path: 'credentials', query: { jwt: this.#token } };
    return patiently(patienceMs, () => this.#expect(200, call, this.#application));
  }

  #call(call: BrokerCall, credentials: Credentials | undefined): Promise<BrokerAnswer> {
    return callBroker({ endpoint: this.#outputs.endpoint, region: this.#account.region }, call, credentials);
  }

  /** Calls the broker; rejects, with the reason where the target knows it, when it answers otherwise. */
  async #expect(
    status: number,
    call: BrokerCall,
    credentials: Credentials | undefined,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<BrokerAnswer> {
    this.target.refusals();
    const answer = await this.#call(call, credentials);
    const asExpected =
      answer.status === status &&
      Object.entries(fields).every(([name, value]) => answer.body[name] === value);
    if (asExpected) return answer;
    const wanted = [status, ...Object.values(fields)].join(' ');
    throw new Error(
      [
        `${call.method} /${call.path} should be ${wanted}, and was ${answer.status} ${answer.body['code'] ?? ''}`.trimEnd(),
        ...(typeof answer.body['message'] === 'string' ? [answer.body['message']] : []),
        ...this.target.refusals(),
      ].join('\n'),
    );
  }
}

function credentialsFrom({ body }: { body: object }): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = body as Record<string, string | undefined>;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('the answer holds no credentials');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function told({ status, body }: BrokerAnswer, call = 'GET /credentials?jwt=…'): string {
  const { code, message } = body as { code?: string; message?: string };
  return `${call} → ${[status, code].filter(Boolean).join(' ')}${message ? `: ${message}` : ''}`;
}

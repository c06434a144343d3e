// The console's story: two people sign in, open what they may and are refused the rest, each step with its real outcome.
import { S3Client } from '@aws-sdk/client-s3';
import { Cleanup } from '../../client/account/cleanup.ts';
import type { ClientConfig } from '../../client/account/clients.ts';
import {
  createBucket,
  dataOf,
  deleteBucket,
  readData,
  type TenantBucket,
} from '../../client/account/tenant-bucket.ts';
import type { TrailEvent } from '../../sandbox/account/trail.ts';
import type { Narrator } from '../narration/narrator.ts';
import { type Console, consoleIn, credentialsIn, reasonIn, targetsIn } from './reading.ts';
import type { Seen, Visitor, Visitors } from './visitor.ts';

/** What the story is played with. */
export interface ConsoleStage {
  readonly clientConfig: ClientConfig;
  readonly accountId: string;
  /** Ends in a slash. */
  readonly portalUrl: string;
  readonly password: string;
  readonly visitors: Visitors;
  readonly trail: () => readonly TrailEvent[];
  /** What was refused since the last time this was asked. */
  readonly refusals: () => string[];
}

interface Person {
  readonly name: string;
  readonly groups: string;
  readonly tenant: string;
  readonly mayOpen: readonly string[];
}

/** Of the sandbox's directory, and of cdk.json's targets. */
const ada: Person = {
  name: 'ada@example.com',
  groups: 'sysadmin and cloudadmin',
  tenant: 'Yellow',
  mayOpen: ['cloudadmin', 'documents', 'billing', 'audit'],
};
const grace: Person = {
  name: 'grace@example.com',
  groups: 'cloudadmin and dbs',
  tenant: 'Blue',
  mayOpen: ['cloudadmin', 'databases', 'documents', 'billing'],
};

/**
 * Plays the whole story and cleans up after it, whatever has come of it. Rejects with a `StepFailure` when a step came out
 * otherwise than it should, and with the reason of the narrator's signal when that aborts.
 */
export async function playConsoleStory(stage: ConsoleStage, narrator: Narrator): Promise<void> {
  const story = new ConsoleStory(stage, narrator);
  try {
    await story.prepare();
    await story.letAdaWork();
    await story.refuseTwice();
    await story.letGraceWork();
    await story.lookBack();
  } finally {
    await story.cleanup.run(narrator.say);
  }
}

class ConsoleStory {
  readonly cleanup = new Cleanup();
  readonly #bucket: TenantBucket;
  #ada!: Visitor;
  #grace!: Visitor;

  constructor(
    private readonly stage: ConsoleStage,
    private readonly narrator: Narrator,
  ) {
    const { region } = stage.clientConfig;
    this.#bucket = {
      bucket: `portal-${stage.accountId}-${region}`,
      region,
      tenants: [ada.tenant, grace.tenant],
    };
  }

  async prepare(): Promise<void> {
    const { clientConfig, visitors } = this.stage;
    const { bucket } = this.#bucket;
    await this.narrator.step('Open a browser', async () => {
      this.#ada = await visitors.arrive();
      return visitors.told;
    });
    await this.narrator.step(
      `Make a bucket, with an object of ${ada.tenant} and one of ${grace.tenant}`,
      async () => {
        const s3 = new S3Client(clientConfig);
        this.cleanup.add(`the bucket ${bucket}`, () => deleteBucket(s3, this.#bucket));
        await createBucket(s3, this.#bucket);
        return `s3 PutObject → s3://${bucket}/${ada.tenant}/file.txt and /${grace.tenant}/file.txt`;
      },
    );
  }

  async letAdaWork(): Promise<void> {
    await this.#signIn(ada, () => this.#ada);
    await this.#openConsole(ada, this.#ada, 'cloudadmin', 12, 'with administrator’s rights');
    await this.#openConsole(ada, this.#ada, 'billing', 4, 'in another account');
    await this.#openConsole(ada, this.#ada, 'audit', 1, 'by a role that assumes the role');
    await this.#beRefused(ada, this.#ada, 'databases', 'dbs');
    await this.#readOwnTenant(ada, this.#ada, grace.tenant);
  }

  async refuseTwice(): Promise<void> {
    await this.narrator.step('Be refused a sign-in URL of the console that was used', async () => {
      const seen = await this.#ada.repeatSignInUrl();
      this.#require(seen.status === 400, 'the federation endpoint should answer 400', seen);
      return `GET /federation?Action=login&SigninToken=… again → ${seen.status}`;
    });
    await this.narrator.step('Be refused an answer of the identity provider that was used', async () => {
      const seen = await this.#ada.repeatAnswer();
      this.#require(seen.status === 403, 'the portal should answer 403', seen);
      return `POST /saml/acs again → ${seen.status}: ${seen.title}`;
    });
  }

  async letGraceWork(): Promise<void> {
    this.#grace = await this.stage.visitors.arrive();
    await this.#signIn(grace, () => this.#grace);
    await this.#openConsole(grace, this.#grace, 'databases', 8, 'which was refused to Ada');
    await this.#beRefused(grace, this.#grace, 'audit', 'sysadmin');
    await this.#readOwnTenant(grace, this.#grace, ada.tenant);
  }

  async lookBack(): Promise<void> {
    await this.narrator.step('Find both in CloudTrail, with every call', async () => {
      const lines = [ada, grace].flatMap((person) => this.#trailOf(person));
      return lines.join('\n');
    });
    await this.narrator.step('Sign out, and be asked who one is', async () => {
      const out = await this.#ada.signOut();
      this.#require(out.status === 200, 'signing out should be answered 200', out);
      const next = await this.#ada.open('cloudadmin');
      this.#require(new URL(next.url).pathname === '/saml/sso', 'the identity provider should ask', next);
      return `POST /logout → ${out.title}\nGET /cloudadmin → the identity provider: ${next.title}`;
    });
  }

  #signIn({ name, groups, mayOpen }: Person, visitor: () => Visitor): Promise<void> {
    return this.narrator.step(`Sign in as ${name}, who is in ${groups}`, async () => {
      const list = await visitor().signIn(name, this.stage.password);
      const shown = targetsIn(list);
      const isAsExpected = [...shown].sort().join() === [...mayOpen].sort().join();
      this.#require(isAsExpected, `the portal should list ${mayOpen.join(', ')}`, list);
      return `GET / → the identity provider → POST /saml/acs → the list: ${shown.join(', ')}`;
    });
  }

  #openConsole(person: Person, visitor: Visitor, service: string, hours: number, how: string): Promise<void> {
    const title = `Open ${service} for ${hours} h, ${how}`;
    return this.narrator.step(title, async () => {
      const seen = await visitor.open(service);
      const found = this.#console(seen, person);
      const seconds = Number(this.#assumedFor(found)?.parameters?.['DurationSeconds']);
      this.#require(seconds === hours * 3_600, `the session should last ${hours} h, not ${seconds} s`, seen);
      return `GET /${service} → the console: ${found.role} in ${found.accountId}, until ${found.until}`;
    });
  }

  #beRefused({ name }: Person, visitor: Visitor, service: string, group: string): Promise<void> {
    return this.narrator.step(`Be refused ${service} as ${name}`, async () => {
      const seen = await visitor.open(service);
      const isRefused = seen.status === 403 && reasonIn(seen).includes(group);
      this.#require(isRefused, `the portal should answer 403 and name ${group}`, seen);
      return `GET /${service} → ${seen.status}: ${seen.title}. ${reasonIn(seen)}`;
    });
  }

  async #readOwnTenant(person: Person, visitor: Visitor, other: string): Promise<void> {
    const { bucket } = this.#bucket;
    const listed = async (tenant: string) => {
      const query = new URLSearchParams({ destination: `/s3/buckets/${bucket}?prefix=${tenant}/` });
      const seen = await visitor.open(`documents?${query}`);
      this.#console(seen, person);
      return seen;
    };
    await this.narrator.step(
      `Read ${person.tenant}’s objects with the console’s session, and not ${other}’s`,
      async () => {
        const own = await listed(person.tenant);
        this.#require(
          own.text.includes(`${person.tenant}/file.txt`),
          'the console should list the object',
          own,
        );
        const denied = await listed(other);
        this.#require(
          denied.text.endsWith('Access denied'),
          'the console should show that it is denied',
          denied,
        );
        return `s3://${bucket}/${person.tenant}/ → ${person.tenant}/file.txt\ns3://${bucket}/${other}/ → Access denied`;
      },
    );
    await this.narrator.step('And with the portal’s credentials for the command line', async () => {
      const credentials = credentialsIn(await visitor.showCredentials('documents'));
      const s3 = new S3Client({ ...this.stage.clientConfig, credentials });
      const text = await readData(s3, bucket, person.tenant);
      if (text !== dataOf(person.tenant)) throw new Error('s3 GetObject gave other data than was put');
      const outcome = await readData(s3, bucket, other).catch((error: Error) => error.name);
      if (outcome !== 'AccessDenied')
        throw new Error(`s3 GetObject ${other}/file.txt should be AccessDenied, and was not`);
      return [
        `POST /documents/credentials → ${credentials.accessKeyId}`,
        `s3 GetObject ${person.tenant}/file.txt → “${text.trim()}”`,
        `s3 GetObject ${other}/file.txt → ${outcome}`,
      ].join('\n');
    });
  }

  /** The console, as this person and nobody else. */
  #console(seen: Seen, { name, tenant }: Person): Console {
    const found = consoleIn(seen);
    const isTheirs =
      found?.sessionName === name &&
      found.sourceIdentity === name &&
      found.tags.includes(`TenantID = ${tenant}`);
    this.#require(isTheirs, `the console should open, as ${name} of ${tenant}`, seen);
    return found as Console;
  }

  #assumedFor({ role, sessionName }: Console): TrailEvent | undefined {
    return this.stage
      .trail()
      .findLast(
        ({ operation, parameters }) =>
          operation.startsWith('AssumeRole') &&
          parameters?.['RoleArn']?.endsWith(`/${role}`) &&
          parameters['RoleSessionName'] === sessionName,
      );
  }

  /** What of a person stands there: how they came in, and what they did. */
  #trailOf({ name, tenant }: Person): string[] {
    const events = this.stage.trail();
    const entered = events.find(
      ({ operation, parameters }) =>
        operation === 'AssumeRoleWithWebIdentity' && parameters?.['RoleSessionName'] === name,
    );
    const read = events.findLast(
      ({ operation, callerArn }) => operation === 'GetObject' && callerArn?.endsWith(`/${name}`),
    );
    const { SourceIdentity, RoleSessionName, PrincipalTags = '' } = entered?.parameters ?? {};
    const isTheirs = SourceIdentity === name && PrincipalTags.includes(`"TenantID":"${tenant}"`);
    if (!isTheirs || !read?.callerArn) throw new Error(`the trail should have the calls of ${name}`);
    return [
      `sts AssumeRoleWithWebIdentity → RoleSessionName ${RoleSessionName}, SourceIdentity ${SourceIdentity}`,
      `  tags ${PrincipalTags}`,
      `s3 GetObject → ${read.callerArn}`,
    ];
  }

  #require(isRight: boolean, what: string, { status, title, text }: Seen): void {
    if (isRight) return;
    const seen = `${what}; what was seen is ${status} ${title}: ${text.slice(0, 300)}`;
    throw new Error([seen, ...this.stage.refusals()].join('\n'));
  }
}

// The data's story: who is granted what by S3 Access Grants, by role, as oneself through the broker, and by tenant; with every denial.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Cleanup } from '../../client/account/cleanup.ts';
import type { ClientConfig } from '../../client/account/clients.ts';
import type { Account } from '../../client/account/roles.ts';
import { createBucket, dataOf, deleteBucket, readData } from '../../client/account/tenant-bucket.ts';
import { type Narrator, NotTried } from '../narration/narrator.ts';
import { AccessGrants } from './access-grants.ts';
import { type Ask, type Granted, isGrantedAnswer, type Keys } from './answer.ts';
import { askThrough, type BrokeredStage } from './brokered.ts';
import { DATA, type Department, departments, grants, INTERNAL, prefixes } from './shopfast.ts';
import { askForAll } from './table.ts';

/** What the story is played with. */
export interface DataStage {
  readonly account: Account;
  readonly clientConfig: ClientConfig;
  /** Once everything is granted; absent where no broker vends data: then what goes through one is not tried. */
  readonly openBroker?: (accessGrants: AccessGrants, locationId: string) => Promise<BrokeredStage>;
}

const noBroker = new NotTried('The broker here is deployed without data access.');
const roleOf = (department: Department) => `ShopFast-${department}`;

/**
 * Plays the whole story and cleans up after it, whatever has come of it. Rejects with a `StepFailure` when a step came out
 * otherwise than it should, and with the reason of the narrator's signal when that aborts.
 */
export async function playDataStory(stage: DataStage, narrator: Narrator): Promise<void> {
  const story = new DataStory(stage, narrator);
  try {
    await story.prepare();
    await story.askByRole();
    await story.useCredentials();
    await story.askAsOneself();
    await story.askByTenant();
  } finally {
    await story.cleanup.run(narrator.say);
  }
}

class DataStory {
  readonly cleanup = new Cleanup();
  readonly #grants: AccessGrants;
  readonly #askAs = new Map<Department, Ask>();
  #brokered: BrokeredStage | undefined;
  #locationId = '';

  constructor(
    private readonly stage: DataStage,
    private readonly narrator: Narrator,
  ) {
    this.#grants = new AccessGrants(stage.account, stage.clientConfig, this.cleanup);
  }

  async prepare(): Promise<void> {
    const { step } = this.narrator;
    await step('Make ShopFast’s two buckets, with an object below every prefix', async () => {
      const s3 = new S3Client(this.stage.clientConfig);
      for (const bucket of [DATA, INTERNAL]) {
        const tenants = prefixes.filter((place) => place.bucket === bucket).map(({ prefix }) => prefix);
        const made = { bucket, region: this.stage.account.region, tenants };
        this.cleanup.add(`the bucket ${bucket}`, () => deleteBucket(s3, made));
        await createBucket(s3, made);
      }
      return prefixes.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}/file.txt`).join('\n');
    });
    await step('Grant each department its data', async () => {
      const locationId = await this.#grants.open();
      this.#locationId = locationId;
      for (const department of departments) await this.#grants.createAsker(roleOf(department));
      for (const { department, bucket, prefix, permission } of grants)
        await this.#grants.grantToRole(locationId, roleOf(department), `${bucket}/${prefix}*`, permission);
      return departments
        .map((department) => {
          const own = grants.filter((grant) => grant.department === department);
          return `${roleOf(department)}: ${own.map((grant) => `${grant.prefix}* ${grant.permission}`).join(', ')}`;
        })
        .join('\n');
    });
  }

  async askByRole(): Promise<void> {
    for (const department of departments) {
      await this.narrator.step(`Ask for everything as ${roleOf(department)}`, async () => {
        const ask = await this.#grants.askAs(roleOf(department));
        this.#askAs.set(department, ask);
        return askForAll(department, ask, (grantee) => grantee.endsWith(`:role/${roleOf(department)}`));
      });
    }
  }

  async useCredentials(): Promise<void> {
    await this.narrator.step('Read the users as customer support, and be denied the rest', async () => {
      const ask = this.#askAs.get('CustomerSupport') as Ask;
      const { keys } = await granted(ask(`s3://${DATA}/users*`, 'READ'));
      return this.#reach(keys, DATA, 'users', ['feedback', 'products']);
    });
  }

  async askAsOneself(): Promise<void> {
    const { step } = this.narrator;
    await step('Ask the broker as a person of each department', async () => {
      this.#brokered = await this.stage.openBroker?.(this.#grants, this.#locationId);
      if (!this.#brokered) return noBroker;
      const { close } = this.#brokered;
      this.cleanup.add('what was made for the broker', close);
      return departments
        .map((department) => `${department} → ${this.#brokered?.directory.granteeTypeOf(department)}`)
        .join('\n');
    });
    if (!this.#brokered) return;
    const { directory } = this.#brokered;
    for (const department of departments) {
      const type = directory.granteeTypeOf(department);
      const who = type === 'DIRECTORY_USER' ? 'the user' : 'somebody of the group';
      await step(`Ask for everything as ${who} ${department}`, async () => {
        const ask = askThrough(directory.broker, await directory.tokenOf(department));
        return askForAll(department, ask, (grantee) => grantee.startsWith(`${type} `));
      });
    }
    await step('Be refused as somebody whom the directory does not know', async () => {
      const ask = askThrough(directory.broker, await directory.strangerToken());
      return denied(ask, `s3://${DATA}/users*`, 'UserNotInDirectory', 'IdentityContextRefused');
    });
  }

  async askByTenant(): Promise<void> {
    const { step } = this.narrator;
    if (!this.#brokered)
      return step('Ask the broker for a tenant’s data, by one grant for all tenants', async () => noBroker);
    const { broker, bucket, tenants, tokenOf } = this.#brokered.tenants;
    const [own, other] = tenants;
    await step(`Get data of ${own} by the one grant for all tenants`, async () => {
      const ask = askThrough(broker, await tokenOf(own));
      const { keys, matched } = await granted(ask(`s3://${bucket}/${own}/*`, 'READ'));
      if (matched !== `s3://${bucket}/${own}/*`)
        throw new Error(`${own} should get no more than its own, and got ${matched}`);
      return [`matched ${matched}`, await this.#reach(keys, bucket, own, [other])].join('\n');
    });
    await step(`Be refused what is ${other}’s, and all of the bucket`, async () => {
      const ask = askThrough(broker, await tokenOf(own));
      const targets = [`s3://${bucket}/${other}/*`, `s3://${bucket}/*`, `s3://${bucket}/${own}*`];
      const said: string[] = [];
      for (const target of targets) said.push(await denied(ask, target, 'TargetOutsideTenant'));
      return said.join('\n');
    });
  }

  /** Reads the one and nothing of the others, and writes nowhere. */
  async #reach(keys: Keys, bucket: string, own: string, others: readonly string[]): Promise<string> {
    const s3 = new S3Client({ ...this.stage.clientConfig, credentials: keys });
    const text = await readData(s3, bucket, own);
    if (text !== dataOf(own)) throw new Error(`s3 GetObject ${own}/file.txt gave other data than was put`);
    const write = s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${own}/file.txt`, Body: 'written' }));
    const lines = [
      `s3 GetObject ${own}/file.txt → “${text.trim()}”`,
      await refused(`s3 PutObject ${own}/file.txt`, write),
    ];
    for (const other of others)
      lines.push(await refused(`s3 GetObject ${other}/file.txt`, readData(s3, bucket, other)));
    return lines.join('\n');
  }
}

/** A call of S3 that must be denied, in S3's words. */
async function refused(what: string, call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => new Error('it was done'),
    (reason: Error) => reason,
  );
  if (error.name !== 'AccessDenied') throw new Error(`${what} should be AccessDenied, and: ${error.message}`);
  return `${what} → ${error.name}: ${error.message}`;
}

async function granted(answer: ReturnType<Ask>): Promise<Granted> {
  const given = await answer;
  if (isGrantedAnswer(given)) return given;
  throw new Error(`it should be granted, and was denied: ${given.code}: ${given.message}`);
}

/** @param codes that the denial may have: AWS does not tell every reason apart */
async function denied(ask: Ask, target: string, ...codes: string[]): Promise<string> {
  const code = codes.join(' or ');
  const answer = await ask(target, 'READ');
  if (isGrantedAnswer(answer))
    throw new Error(`${target} should be ${code}, and was granted to ${answer.grantee}`);
  if (!codes.includes(answer.code))
    throw new Error(`${target} should be ${code}, and was ${answer.code}: ${answer.message}`);
  return `READ ${target} → ${answer.code}: ${answer.message}`;
}

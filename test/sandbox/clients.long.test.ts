// The examples of docs/clients.md in Python, Java and Go, against the deployed broker: what each keeps, and what it says.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { INVOKE_CREDENTIALS } from '../../client/account/roles.ts';
import type { BrokerAnswer } from '../../client/broker-client.ts';
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { type BrokerFront, openBrokerFront } from './support/broker-front.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { type Command, go, java, python, ToolsMissing } from './support/client-toolchains.ts';
import { distinctTokens } from './support/counted-client.ts';
import { type DrivenAnswer, DrivenProcess } from './support/driven-process.ts';
import {
  contentOf,
  createReader,
  createTenantObjects,
  environmentOf,
  objectOf,
  requestsOf,
  type Tenant,
} from './support/tenant-objects.ts';

const toolchains = [python, java, go];

const plans = { Flooding: { rateLimit: 5, burstLimit: 15 } };
useBroker({
  amendTemplate: (_, template) =>
    setVariables(template, ({ USAGE_PLANS = '' }) => ({
      USAGE_PLANS: JSON.stringify({ ...JSON.parse(USAGE_PLANS), applications: plans }),
    })),
});
let overPlan: BrokerAnswer;

beforeAll(async () => {
  await createTenantObjects(broker);
  const flooding = await createReader(broker, 'Flooding');
  for (let refused: BrokerAnswer | undefined; !refused; overPlan = refused as BrokerAnswer) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => flooding.credentials('Yellow')));
    refused = answers.find(({ status }) => status === 429);
  }
});

interface Driven {
  readonly app: BrokerApplication;
  readonly front: BrokerFront;
  ask(line: object): Promise<DrivenAnswer>;
  read(tenant: Tenant, of?: Tenant): Promise<DrivenAnswer>;
  requests(): number;
}

describe.each(toolchains)('the example in $language', ({ language, prepare, lint }) => {
  const directory = mkdtempSync(join(tmpdir(), 'clients-'));
  let command: Command;
  let missing: string | undefined;
  let names = 0;

  beforeAll(async () => {
    try {
      command = await prepare(directory);
    } catch (error) {
      if (!(error instanceof ToolsMissing)) throw error;
      missing = error.message;
      console.info(`left out: the example in ${language}: ${missing}`);
    }
  });
  beforeEach(({ skip }) => skip(missing !== undefined, `${language} is left out: ${missing}`));

  /** A new application, as a process; at its end nothing that it said may hold a secret. */
  async function drive(use: (driven: Driven) => Promise<void>, registration = {}) {
    const app = await createReader(broker, `${language}${++names}`, registration);
    const front = await openBrokerFront(broker.outputs.endpoint);
    const child = new DrivenProcess(command, environmentOf(app, broker, `${front.url}//`));
    const asked = new Set<string>();
    await use({
      app,
      front,
      ask: (line) => child.ask(line),
      async read(tenant, of = tenant) {
        const token = await broker.tokenOf(tenant);
        asked.add(token);
        return child.ask({ token, ...objectOf(of) });
      },
      requests: () => requestsOf(broker, app),
    });
    const said = await child.end();
    const own = [app.own.secretAccessKey, app.own.sessionToken as string];
    for (const secret of [...asked, ...front.secrets, ...own]) expect(said).not.toContain(secret);
  }

  it('reads the objects of the tenant whose token it has, and no other’s, for one request', () =>
    drive(async ({ read, requests }) => {
      expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
      expect((await read('Yellow', 'Blue')).error).toMatch(/AccessDenied|not authorized/);
      expect(requests()).toBe(1);
      expect(await read('Blue')).toEqual({ text: contentOf('Blue') });
      expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
      expect(requests()).toBe(2);
    }));

  it('keeps the shortest sessions that there are, too', () =>
    drive(
      async ({ read, requests }) => {
        for (let n = 0; n < 3; n += 1) expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
        expect(requests()).toBe(1);
      },
      { SessionDurationSeconds: 900 },
    ));

  it('renews what has less than five minutes left', () =>
    drive(async ({ front, read, requests }) => {
      front.secondsLeft = 240;
      await read('Yellow');
      const before = requests();
      delete front.secondsLeft;
      for (let n = 0; n < 3; n += 1) expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
      expect(requests()).toBe(before + 1);
    }));

  it('serves on while nobody answers', () =>
    drive(async ({ front, read, requests }) => {
      front.secondsLeft = 240;
      await read('Yellow');
      const before = requests();
      front.isCutOff = true;
      expect(await read('Yellow')).toEqual({ text: contentOf('Yellow') });
      expect(await read('Blue')).toMatchObject({ error: expect.stringContaining('did not answer') });
      expect(requests()).toBe(before);
    }));

  it('ends at a denial, in the last minute at the latest', () =>
    drive(async ({ app, front, read }) => {
      front.secondsLeft = 50;
      await read('Yellow');
      sandbox.account.identities.deleteRolePolicy(app.roleName, INVOKE_CREDENTIALS);
      for (let n = 0; n < 2; n += 1) {
        const { status, code, error } = await read('Yellow');
        expect({ status, code: code || null }).toEqual({ status: 403, code: null });
        expect(error).toContain('not the broker');
      }
      front.isCutOff = true;
      expect(await read('Yellow')).toMatchObject({ error: expect.stringContaining('did not answer') });
    }));

  it('tells the broker’s code of a denial', () =>
    drive(async ({ ask, requests }) => {
      const answer = await ask({ token: 'no.to.ken', ...objectOf('Yellow') });
      expect(answer).toMatchObject({ code: 'TokenMalformed', status: 403 });
      expect(answer.error).not.toContain('no.to.ken');
      expect(requests()).toBe(1);
    }));

  it('tells when to ask again, while STS fails', () =>
    drive(async ({ read, requests }) => {
      const error = { code: 'InternalFailure', message: 'failed', statusCode: 500 };
      const end = sandbox.account.faults.inject({ service: 'sts', error });
      onTestFinished(end);
      const { code, status, retryAfter } = await read('Yellow');
      expect({ code, status }).toEqual({ code: 'StsUnavailable', status: 503 });
      expect(retryAfter).toBeGreaterThan(0);
      expect(requests()).toBe(1);
      end();
      await expect.poll(() => read('Yellow')).toEqual({ text: contentOf('Yellow') });
    }));

  it('tells when to ask again, over the usage plan', () =>
    drive(async ({ front, read }) => {
      front.repeats = overPlan;
      const { code, status, retryAfter } = await read('Yellow');
      expect({ code, status }).toEqual({ code: 'TooManyRequests', status: 429 });
      expect(retryAfter).toBe(Number(overPlan.headers.get('retry-after')));
    }));

  it('shares one request between all who ask at once, and keeps the tokens used last', () =>
    drive(async ({ ask, requests }) => {
      const [a, b, c] = await distinctTokens(3);
      expect(await ask({ tokens: [a, b, c, c, a, c], maxTokens: 2, atOnce: 16 })).toEqual({ text: 'asked' });
      expect(requests()).toBe(4);
    }));

  it('sends no token in the clear', async () => {
    const app = await createReader(broker, `${language}${++names}`);
    const variables = environmentOf(app, broker, 'http://broker.example.com/');
    expect(await new DrivenProcess(command, variables).end()).toContain('must be an https URL');
  });

  it('has no problem that a linter sees', async ({ skip }) => {
    expect(
      await lint(directory).catch((error) => {
        skip(error instanceof ToolsMissing, `the linter of ${language} is left out: ${error.message}`);
        throw error;
      }),
    ).toBe('');
  });
});

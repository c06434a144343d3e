// The probe: what a deployed broker must do, and what it must refuse to do.
import { S3Client } from '@aws-sdk/client-s3';
import { tamperWith } from '../client/account/pool-user.ts';
import { dataOf, readData } from '../client/account/tenant-bucket.ts';
import { type BrokerCall, type Credentials, callBroker, credentialsOf } from '../client/broker-client.ts';
import { FORBIDDEN, told } from './answer.ts';
import { type Check, type Finding, ProbeError, runCheck } from './check.ts';
import type { Subject } from './subject.ts';

export interface ProbeOptions {
  /** Of each check. */
  readonly timeoutMs: number;
  readonly onFinding?: (finding: Finding) => void;
  /** No further check begins once it aborts; rejects with its reason. */
  readonly signal?: AbortSignal;
}

const routes: readonly Pick<BrokerCall, 'method' | 'path'>[] = [
  { method: 'GET', path: 'credentials' },
  { method: 'POST', path: 'credentials' },
  { method: 'GET', path: 'applications' },
  { method: 'POST', path: 'applications' },
  { method: 'PUT', path: 'applications' },
  { method: 'DELETE', path: 'applications' },
];

/** Runs every check, in order. Each failure is a finding, none a rejection. */
export async function probe(subject: Subject, options: ProbeOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checksOf(subject)) {
    options.signal?.throwIfAborted();
    const finding = await runCheck(check, options.timeoutMs);
    findings.push(finding);
    options.onFinding?.(finding);
  }
  return findings;
}

function checksOf(subject: Subject): Check[] {
  const { api, tenant, otherTenant } = subject;
  const application = new Brought<Credentials>('no session of the application');
  const stranger = new Brought<Credentials>('no session of the stranger');
  const token = new Brought<string>('no token');
  const issued = new Brought<Credentials>('no issued session');

  const ask = (jwt: string, caller?: Credentials) =>
    callBroker(api, { method: 'POST', path: 'credentials', body: { JWT: jwt } }, caller);
  const read = (credentials: Credentials, whose: string) => {
    const s3 = new S3Client({ ...subject.clientConfig, credentials });
    return readData(s3, subject.bucket, whose);
  };
  const data = (whose: string) => `the data of ${whose}`;
  const seenData = (text: string, whose: string) => (text === dataOf(whose) ? data(whose) : 'other data');

  return [
    {
      name: 'the application has a session of its own role',
      expected: 'a session',
      see: async () => application.bring(await subject.application(), 'a session'),
    },
    {
      name: 'the user of the tenant gets a token',
      expected: 'a token',
      see: async () => token.bring(await subject.token(), 'a token'),
    },
    {
      // Without it, S3 would deny the other tenant's data for want of any, whatever the access role may do.
      name: 'the data of the other tenant is there',
      expected: data(otherTenant),
      see: async () => seenData(await read(application.value, otherTenant), otherTenant),
    },
    {
      name: 'the application gets credentials for the tenant',
      expected: '200 with credentials',
      see: async () => {
        const answer = await ask(token.value, application.value);
        if (answer.status !== 200) return told(answer);
        const tags = Object.values(answer.body['Tags'] ?? {});
        if (!tags.includes(tenant)) return `${told(answer)} that do not name the tenant`;
        return issued.bring(credentialsOf(answer.body), '200 with credentials');
      },
    },
    {
      name: 'the credentials reach the tenant’s data',
      expected: data(tenant),
      see: async () => seenData(await read(issued.value, tenant), tenant),
    },
    {
      name: 'the credentials do not reach the other tenant’s data',
      expected: 'AccessDenied',
      see: () =>
        outcome(
          async () => read(issued.value, otherTenant),
          `credentials of ${tenant} reached ${data(otherTenant)}`,
        ),
    },
    {
      name: 'unsigned requests are refused on every route',
      expected: FORBIDDEN,
      see: async () => {
        const answers = await Promise.all(
          routes.map(async (route) => ({
            route,
            seen: told(await callBroker(api, { ...route, ...body(route) })),
          })),
        );
        const others = answers.filter(({ seen }) => seen !== FORBIDDEN);
        return (
          others.map(({ route, seen }) => `${route.method} /${route.path}: ${seen}`).join(', ') || FORBIDDEN
        );
      },
    },
    {
      name: 'a request with a forged signature is refused',
      expected: FORBIDDEN,
      see: async () => {
        const secretAccessKey = [...application.value.secretAccessKey].reverse().join('');
        return told(await ask(token.value, { ...application.value, secretAccessKey }));
      },
    },
    {
      name: 'a role that may not call is refused',
      expected: FORBIDDEN,
      see: async () => told(await ask(token.value, issued.value)),
    },
    {
      name: 'the stranger has a session of its own role',
      expected: 'a session',
      see: async () => stranger.bring(await subject.stranger(), 'a session'),
    },
    {
      name: 'a role that is not registered gets no credentials',
      expected: '404 ApplicationNotFound',
      see: async () => told(await ask(token.value, stranger.value)),
    },
    {
      name: 'a tampered token is refused',
      expected: '403 TokenSignatureInvalid',
      see: async () => {
        const tampered = tamperWith(token.value, { [subject.claimName]: otherTenant });
        return told(await ask(tampered, application.value));
      },
    },
    ...(subject.showsToken
      ? [
          {
            name: 'the application gets them by GET, too',
            expected: '200 with credentials',
            see: async () => {
              const call = { method: 'GET', path: 'credentials', query: { jwt: token.value } } as const;
              return told(await callBroker(api, call, application.value));
            },
          },
        ]
      : []),
    ...(subject.expiredToken
      ? [
          {
            name: 'an expired token is refused',
            expected: '403 TokenExpired',
            see: async () => told(await ask((await subject.expiredToken?.()) ?? '', application.value)),
          },
        ]
      : []),
  ];
}

/** What one check brings for those after it. */
class Brought<T> {
  #value: T | undefined;

  constructor(private readonly missing: string) {}

  bring(value: T, seen: string): string {
    this.#value = value;
    return seen;
  }

  get value(): T {
    if (this.#value === undefined) throw new ProbeError(`not tried: there is ${this.missing}`);
    return this.#value;
  }
}

/** The name of S3's error, or what it means that there was none. */
async function outcome(attempt: () => Promise<unknown>, withoutError: string): Promise<string> {
  try {
    await attempt();
    return withoutError;
  } catch (error) {
    if ((error as Error).name === 'AccessDenied') return 'AccessDenied';
    throw error;
  }
}

function body({ method }: Pick<BrokerCall, 'method'>): Pick<BrokerCall, 'body'> {
  return method === 'POST' || method === 'PUT' ? { body: {} } : {};
}

// `isb doctor` as the tests run it: an application as it should be, what is found, and what fails first.
import { expect } from 'vitest';
import type { Credentials } from '../../../client/broker-client.ts';
import type { ApplicationOptions, BrokerApplication } from './broker.ts';
import { broker, sandbox } from './broker-sandbox.ts';
import { isbWith, type Stands } from './isb.ts';
import { shellOf } from './isb-world.ts';

export interface Finding {
  readonly step: string;
  readonly status: string;
  readonly what: string;
  readonly remedy?: string;
}

let names = 0;

/** An application that may ask for credentials alone, as it should be once it is registered, and see its registration. */
export async function application(
  name = `Patient${++names}`,
  options?: ApplicationOptions,
  changes: object = {},
): Promise<BrokerApplication> {
  const app = broker.createApplication(name, options);
  const registration = { ...app.registration(), ...changes };
  expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
  const { accountId, region, identities } = sandbox.account;
  identities.deleteRolePolicy(name, 'RegisterApplication');
  const Resource = `arn:aws:execute-api:${region}:${accountId}:*/$default/GET/applications`;
  identities.putRolePolicy(name, 'ShowApplication', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
  });
  return app;
}

export async function examine(
  own: Credentials | undefined,
  { env = {}, args = [], token, timing }: Setup = {},
): Promise<{ exitCode: number; findings: Finding[] }> {
  const stands: Stands = { stdin: token ?? (await broker.tokenOf('Yellow')), ...(timing && { timing }) };
  const shell = shellOf(own, env);
  const { exitCode, stdout } = await isbWith(
    stands,
    shell,
    'doctor',
    '--token-file',
    '-',
    '--format',
    'json',
    ...args,
  );
  return { exitCode, findings: (JSON.parse(stdout) as { findings: Finding[] }).findings };
}

export interface Setup {
  readonly env?: Record<string, string>;
  readonly args?: readonly string[];
  /** Default: Yellow's. */
  readonly token?: string;
  readonly timing?: Stands['timing'];
}

export const failing = (findings: readonly Finding[]) => findings.filter(({ status }) => status === 'fails');
export const untried = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === 'not tried').map(({ step }) => step);

/** The first thing that fails; everything after it that needs it is not tried. */
export const expectFirst = (
  { exitCode, findings }: Awaited<ReturnType<typeof examine>>,
  step: string,
  what: RegExp,
  notTried: readonly string[] = [],
) => {
  expect(exitCode).toBe(1);
  const [first] = failing(findings);
  expect(first).toMatchObject({ step, what: expect.stringMatching(what) });
  expect(untried(findings)).toEqual(expect.arrayContaining([...notTried]));
};
export const afterEndpoint = ['permission', 'registration', 'credentials'];

// `isb end-sessions` end to end: the portal asks who one is, AWS denies what was handed out, and nobody else notices.
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { isb } from './support/isb.ts';
import { PortalVisit, textOf } from './support/portal-visit.ts';

const [ada, grace] = ['ada@example.com', 'grace@example.com'];

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: ['Portal-Service-Sandbox'],
    maxEnvironments: 2,
  });
});
afterAll(() => sandbox?.stop());

const run = (...args: string[]) => isb(sandbox.environment, 'end-sessions', ...args);

/** `reads`, or the name of AWS's error, with credentials of the portal for the command line. */
async function credentialsOf(visit: PortalVisit): Promise<() => Promise<string>> {
  const { origin } = new URL(visit.portalUrl);
  const { html } = await visit.browser.send(`${visit.portalUrl}cloudadmin/credentials`, {
    method: 'POST',
    headers: { origin, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ format: 'json' }),
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(html);
  const s3 = new S3Client({
    endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
    region: sandbox.account.region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
  return async () => {
    try {
      await s3.send(new ListBucketsCommand({}));
      return 'reads';
    } catch (error) {
      return (error as Error).name;
    }
  };
}

const isAskedWho = async (visit: PortalVisit) =>
  textOf(await visit.open('documents')).includes('identity provider');

describe('isb end-sessions', () => {
  it('tells what there is, and with --dry-run changes nothing', async () => {
    const visit = await PortalVisit.of(sandbox, ada);
    const reads = await credentialsOf(visit);
    const { exitCode, stdout } = await run('--user', ada, '--dry-run');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('held        arn:aws:iam::111122223333:role/CloudAdmin');
    expect(stdout).toContain('dry run     nothing was changed');
    expect([await reads(), await isAskedWho(visit)]).toEqual(['reads', false]);
  });

  it('ends the portal’s and AWS’s sessions of one user, says what another account must do, and lets the user in anew', async () => {
    const [visit, other] = [await PortalVisit.of(sandbox, ada), await PortalVisit.of(sandbox, grace)];
    const [reads, otherReads] = [await credentialsOf(visit), await credentialsOf(other)];
    expect(textOf(await visit.open('billing'))).toContain('Role Billing');
    expect([await reads(), await otherReads()]).toEqual(['reads', 'reads']);
    const { exitCode, stdout, stderr } = await run('--user', ada);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('of other accounts');
    expect(stdout).toContain('not denied  arn:aws:iam::222233334444:role/Billing');
    expect([await reads(), await isAskedWho(visit)]).toEqual(['AccessDenied', true]);
    expect([await otherReads(), await isAskedWho(other)]).toEqual(['reads', false]);

    const again = await PortalVisit.of(sandbox, ada);
    expect(await (await credentialsOf(again))()).toBe('reads');
  });

  it('names no deployed portal where there is none', async () => {
    const { exitCode, stderr } = await run('--user', ada, '--environment', 'Gamma');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no stack Portal-Service-Gamma is deployed here');
  });
});

// The page in the console's place, by credentials of real sessions.
import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import {
  endpoint,
  issuer,
  loginUrl,
  signedIn,
  tokenFor,
  useSignInEndpoint,
} from './fixtures/sign-in-endpoint.ts';
import { advance, assume, newRole, served, settings, trust, useStsAccount } from './fixtures/sts-account.ts';
import { Browser } from './support/browser.ts';

useStsAccount();
useSignInEndpoint();

describe('the console', () => {
  const tagged = () => {
    const { accountId } = served.account;
    const role = newRole({
      trustPolicy: trust(
        `arn:aws:iam::${accountId}:root`,
        'sts:AssumeRole',
        'sts:TagSession',
        'sts:SetSourceIdentity',
      ),
      inlinePolicies: {
        Tenant: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' },
            {
              Effect: 'Allow',
              Action: 's3:ListBucket',
              Resource: '*',
              Condition: { StringLike: { 's3:prefix': '${aws:PrincipalTag/TenantID}/*' } },
            },
          ],
        },
      },
    });
    return assume({
      RoleArn: role.arn,
      RoleSessionName: 'ada@example.com',
      SourceIdentity: 'ada@example.com',
      Tags: [{ Key: 'TenantID', Value: 'Yellow' }],
      TransitiveTagKeys: ['TenantID'],
    });
  };

  test('shows who is there, where, until when, and what S3 lets the session see', async () => {
    const s3 = new S3Client({ ...settings, forcePathStyle: true, systemClockOffset: 0 });
    const bucket = `objects-${randomBytes(4).toString('hex')}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const Key of ['Yellow/<one>.txt', 'Blue/two.txt'])
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    const { Credentials } = await tagged();
    const { page, browser } = await signedIn(Credentials);

    expect(page.status).toBe(200);
    const until = new Date(Credentials?.Expiration ?? 0).toISOString().slice(0, 16);
    for (const shown of [
      served.account.accountId,
      'Target',
      'ada@example.com',
      'TenantID',
      'Yellow',
      until,
      'eu-west-1',
    ])
      expect(page.html).toContain(shown);
    expect(page.html).toContain('https://eu-west-1.console.aws.amazon.com/s3/home');
    expect(page.html).toContain('Yellow/&lt;one&gt;.txt');
    expect(page.html).not.toContain('Blue/two.txt');

    const link = (prefix: string) =>
      browser.open(`${endpoint.url}/console/s3.console.aws.amazon.com/s3/buckets/${bucket}?prefix=${prefix}`);
    expect((await link('Yellow/')).html).toContain('Yellow/&lt;one&gt;.txt');
    const denied = await link('Blue/');
    expect(denied.html).toContain('Access denied');
    expect(denied.html).not.toContain('two.txt');
    const told = served.account.trail.events.filter(({ service }) => service === 's3').slice(-2);
    expect(told.map(({ callerArn, statusCode }) => [callerArn?.split('/').at(-1), statusCode])).toEqual([
      ['ada@example.com', 200],
      ['ada@example.com', 403],
    ]);
  });

  test('says that buckets cannot be listed where that is denied', async () => {
    const { page } = await signedIn((await assume()).Credentials);

    expect(page.html).toContain('Your buckets cannot be listed: AccessDenied');
  });

  test.each([
    ['its credentials', {}, 3_600],
    ['its SessionDuration, where that is sooner', { SessionDuration: '900' }, 900],
    ['its credentials, where SessionDuration is later', { SessionDuration: '43200' }, 3_600],
  ])('ends with %s, and leads back to its issuer', async (_, more, seconds) => {
    const { Credentials } = await assume();
    const browser = new Browser();
    const page = await browser.open(loginUrl(await tokenFor(Credentials, more)));
    advance(seconds * 1_000 - 1_000);
    expect((await browser.open(page.url)).status).toBe(200);
    advance(1_000);

    const ended = await browser.open(page.url);
    expect(ended.status).toBe(403);
    expect(ended.html).toContain(`<a href="${issuer}">Sign in again</a>`);
  });

  test('ends with the role', async () => {
    const role = newRole();
    const { page, browser } = await signedIn((await assume({ RoleArn: role.arn })).Credentials);
    served.account.identities.deleteRole(role.roleName);

    expect((await browser.open(page.url)).status).toBe(403);
  });

  test('lets nobody in without its cookie', async () => {
    const { page } = await signedIn((await assume()).Credentials);
    const stranger = await new Browser().open(page.url);

    expect(stranger.status).toBe(403);
    expect(stranger.html).not.toContain('Target');
    expect((await fetch(`${endpoint.url}/console/example.com/`)).status).toBe(404);
    expect((await fetch(`${endpoint.url}/`)).status).toBe(404);
  });

  test('runs no script and is in no frame', async () => {
    const { page } = await signedIn((await assume()).Credentials);

    expect(page.html).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

// The portal's own way to the console, through the sandbox's STS and sign-in endpoint.
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { destinationOf } from '../../service/console/destination.ts';
import { consoleUrl } from '../../service/console/federation.ts';
import { consolePartition } from '../../service/console/partition.ts';
import { endpoint, useSignInEndpoint } from './fixtures/sign-in-endpoint.ts';
import { advance, clientOf, newRole, type StsCredentials } from './fixtures/sts-account.ts';
import {
  claims,
  exchange,
  issuer,
  TAGS,
  trustingRole,
  useWebIdentityAccount,
} from './fixtures/web-identity-account.ts';
import { Browser } from './support/browser.ts';

useWebIdentityAccount();

useSignInEndpoint();

const partition = consolePartition('aws');
const portal = 'http://localhost:4569/';
const tags = { principal_tags: { TenantID: ['Yellow'] }, transitive_tag_keys: ['TenantID'] };

function urlFor(credentials: StsCredentials, timeoutMs = 240_000): Promise<string> {
  return consoleUrl(
    {
      session: {
        accessKeyId: credentials?.AccessKeyId ?? '',
        secretAccessKey: credentials?.SecretAccessKey ?? '',
        sessionToken: credentials?.SessionToken ?? '',
      },
      partition,
      region: 'eu-west-1',
      destination: destinationOf(partition, { destination: '/s3/home', region: 'eu-west-1' }),
      issuer: portal,
    },
    { timeoutMs, endpoint: () => endpoint.federationUrl },
  );
}

test('a token of its issuer opens a console of twelve hours, as its user', async () => {
  const { arn } = trustingRole();
  const token = await issuer.sign(claims({ [TAGS]: tags }));
  const { Credentials } = await exchange(token, { RoleArn: arn, DurationSeconds: 43_200 });
  const browser = new Browser();
  const page = await browser.open(await urlFor(Credentials));

  expect(page.url).toBe(`${endpoint.url}/console/eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1`);
  for (const shown of ['alice', 'TenantID', 'Yellow', '(transitive)']) expect(page.html).toContain(shown);
  advance(43_199_000);
  expect((await browser.open(page.url)).status).toBe(200);
  advance(1_000);
  expect((await browser.open(page.url)).html).toContain(`<a href="${portal}">Sign in again</a>`);
});

test('a session of a token is no chain, and what is assumed from it is one', async () => {
  const ask = async (credentials: StsCredentials) => {
    const session = {
      sessionId: credentials?.AccessKeyId,
      sessionKey: credentials?.SecretAccessKey,
      sessionToken: credentials?.SessionToken,
    };
    const body = new URLSearchParams({
      Action: 'getSigninToken',
      Session: JSON.stringify(session),
      SessionDuration: '3600',
    });
    return (await fetch(endpoint.federationUrl, { method: 'POST', body })).status;
  };
  const role = trustingRole();
  const { Credentials } = await exchange(await issuer.sign(claims()), { RoleArn: role.arn });
  expect(await ask(Credentials)).toBe(200);

  role.inlinePolicies.set('Assume', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
  });
  const command = new AssumeRoleCommand({ RoleArn: newRole().arn, RoleSessionName: 'alice' });
  const chained = await clientOf(Credentials).send(command);
  expect(await ask(chained.Credentials)).toBe(400);
});

test('what the endpoint refuses is told as its status, with nothing of the session', async () => {
  const { Credentials } = await exchange(await issuer.sign(claims()), { RoleArn: trustingRole().arn });
  const altered = { ...Credentials, SecretAccessKey: `${Credentials?.SecretAccessKey}x` } as StsCredentials;
  const error = await urlFor(altered).catch((refusal: Error) => refusal);

  expect(error).toMatchObject({ message: 'the console’s federation endpoint answered 400' });
  expect(String(error)).not.toContain(altered?.SecretAccessKey);
});

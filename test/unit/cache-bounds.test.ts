// The bounds of the caches, each through the part that has it: as many as it says are kept, and one more is not.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { AccessMetadata } from '../../service/registrations/access-metadata.ts';
import { itemOf } from '../../service/registrations/stored-registration.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { callerNamed } from '../support/callers.ts';
import { KeySource } from '../support/key-source.ts';
import { registrationWith, storedWith } from '../support/registrations.ts';
import { generateSigningKey, publish } from '../support/signing-keys.ts';
import { refusing } from '../support/sts.ts';
import { useTemporaryCredentials } from '../support/temporary-credentials.ts';

const fixture = useTemporaryCredentials();

/**
 * @param ask for the key of this number
 * @param loads how often a source has been asked so far
 */
async function expectBound(bound: number, ask: (key: number) => Promise<unknown>, loads: () => number) {
  for (let key = 0; key < bound; key += 1) await ask(key);
  expect(loads()).toBe(bound);
  // The least recently used of a full cache is still there, and now the most recently used.
  await ask(0);
  expect(loads()).toBe(bound);
  // One more costs the next its place.
  await ask(bound);
  await ask(0);
  expect(loads()).toBe(bound + 1);
  await ask(1);
  expect(loads()).toBe(bound + 2);
}

const issueTo = (tenant: number) =>
  fixture.provider.issue(fixture.requestFor({}, [{ key: 'TenantID', value: `Tenant${tenant}` }]));

describe('an execution environment keeps', () => {
  it('1,000 registrations', async () => {
    const table = mockClient(DynamoDBDocumentClient);
    table
      .on(GetCommand)
      .callsFake(({ Key }) => ({ Item: itemOf(storedWith(callerNamed(Key.ApplicationName))) }));
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
    const metadata = new AccessMetadata(client, 'AccessMetadata', fixture.clock.now);

    await expectBound(
      1_000,
      (key) => metadata.get(callerNamed(`App${key}`)),
      () => table.commandCalls(GetCommand).length,
    );
    table.restore();
  });

  it('200 JWK sets', async () => {
    const source = new KeySource(publish(await generateSigningKey('ES256')));
    const jwkSets = new JwkSets(source.fetcher, [], fixture.clock.now);

    await expectBound(
      200,
      (key) => jwkSets.get(`https://idp.example.com/${key}.json`),
      () => source.calls.length,
    );
  });

  it('10,000 verified tokens', async () => {
    const signingKey = await generateSigningKey('ES256');
    const source = new KeySource(publish(signingKey));
    const { clock } = fixture;
    const verifier = new TokenVerifier(new JwkSets(source.fetcher, [], clock.now), clock.now);
    const token = await signingKey.sign({ exp: clock.seconds() + 3600, 'custom:tenant_id': 'Yellow' });
    // Every verification makes an object of its own; a token is another one under another version.
    const verified = new Set<unknown>();

    await expectBound(
      10_000,
      async (key) =>
        verified.add(
          await verifier.verify(token, digestOf(token), registrationWith(), {
            owner: 'App',
            version: `version-${key}`,
          }),
        ),
      () => verified.size,
    );
  });

  it('10,000 scoped sessions', async () => {
    await expectBound(10_000, issueTo, () => fixture.sts.callsForAccessRoles().length);
  });

  it('1,000 refusals', async () => {
    fixture.sts.accessRole = refusing('AccessDenied');
    await expectBound(
      1_000,
      (key) => expect(issueTo(key)).rejects.toMatchObject({ code: 'AccessRoleNotAssumable' }),
      () => fixture.sts.callsForAccessRoles().length,
    );
  });
});

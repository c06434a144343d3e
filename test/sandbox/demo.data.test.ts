// The data's story, step by step: by role, and through a stand-in of the broker; and what it says where something is otherwise.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { grants } from '../../demo/data/shopfast.ts';
import { playDataStory } from '../../demo/data/story.ts';
import { services } from '../../sandbox/services/index.ts';
import { readShopFast } from '../conformance/shopfast-cells.ts';
import { openBrokeredStage } from './fixtures/data-story-broker.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';
import { failureOf, listen } from './support/listening.ts';

let served: ServedAccount;
beforeAll(async () => {
  served = await serveAccount(services);
});
afterAll(() => served.close());

const stageOf = ({ account, administrator }: ServedAccount) => {
  const { accountId, region, partition } = account;
  const { endpoint, credentials } = administrator;
  return {
    account: { accountId, region, partition },
    clientConfig: { region, endpoint, credentials, forcePathStyle: true },
  };
};

async function play(openBroker?: Parameters<typeof playDataStory>[0]['openBroker']) {
  const { narrator, lines } = listen();
  const passed = await playDataStory(
    { ...stageOf(served), ...(openBroker && { openBroker }) },
    narrator,
  ).then(
    () => true,
    () => false,
  );
  return { passed, lines, text: lines.join('\n') };
}

function expectNothingLeft(): void {
  const { account } = served;
  expect(account.accessGrants.instance).toBeUndefined();
  expect([...account.buckets.keys()]).toEqual([]);
  expect([...account.identities.roles.keys()].filter((name) => name.startsWith('ShopFast'))).toEqual([]);
}

describe('the data’s story', () => {
  it('is of the ten grants that the tests’ own table has', () => {
    expect(
      grants.map(({ department, bucket, prefix, permission }) => [
        department,
        `${bucket}/${prefix}*`,
        permission,
      ]),
    ).toEqual(
      readShopFast().grants.map(({ department, scope, permission }) => [department, scope, permission]),
    );
  });

  it('comes out right by role, and says what it did not try', async () => {
    const { passed, lines, text } = await play();
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(passed).toBe(true);
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(8);
    expect(lines.filter((line) => line.startsWith('–'))).toHaveLength(2);
    expect(text).toContain('users*             ✓             AccessDenied  AccessDenied');
    expect(text).toContain('employee-records*  ✓             ✓             ✓');
    // Of 105 cells 22 are granted.
    const words = /(\d+) × AccessDenied: You do not have … permissions to the requested S3 Prefix: …$/gm;
    expect([...text.matchAll(words)].map(([, count]) => Number(count))).toEqual([19, 15, 17, 17, 15]);
    expect(text).toMatch(/s3 PutObject users\/file\.txt → AccessDenied: /);
    expectNothingLeft();
  });

  it('comes out right through a broker, by users, groups and tenants', async () => {
    const { passed, lines, text } = await play(() => openBrokeredStage(served));
    expect(lines.filter((line) => /^[✗–]/.test(line))).toEqual([]);
    expect(passed).toBe(true);
    expect([...text.matchAll(/(\d+) × GrantDenied: /g)].map(([, count]) => Number(count))).toEqual([
      19, 15, 17, 17, 15,
    ]);
    expect(text).toMatch(/READ s3:\/\/shopfast-data\/users\* → UserNotInDirectory: /);
    expect(text.match(/ → TargetOutsideTenant: /g)).toHaveLength(3);
    expectNothingLeft();
  });

  it('fails at the department that is granted too little, by the cell, and leaves nothing', async () => {
    onTestFinished(
      served.account.faults.inject({
        service: 's3',
        operation: 'CreateAccessGrant',
        effectAfter: 1_000,
        times: 1,
      }),
    );
    const { passed, lines } = await play();
    expect(passed).toBe(false);
    expect(failureOf(lines)).toMatch(/✗ .*Ask for everything as ShopFast-Marketing/);
    expect(failureOf(lines)).toContain(
      'READ on s3://shopfast-data/products* for Marketing should be granted: AccessDenied: You do not have READ',
    );
    expectNothingLeft();
  });
});

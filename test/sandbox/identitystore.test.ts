// The identity store: users, groups and memberships, what they need and what is refused.
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  type CreateUserCommandInput,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  DescribeGroupCommand,
  DescribeGroupMembershipCommand,
  DescribeUserCommand,
  GetGroupIdCommand,
  GetGroupMembershipIdCommand,
  GetUserIdCommand,
  IdentitystoreClient,
  IsMemberInGroupsCommand,
  ListGroupMembershipsCommand,
  ListGroupMembershipsForMemberCommand,
  ListGroupsCommand,
  ListUsersCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-identitystore';
import { beforeEach, describe, expect, it } from 'vitest';
import { instance, other, served, useIdentityCenter } from './fixtures/identity-center-account.ts';

useIdentityCenter();

let client: IdentitystoreClient;
let store: { IdentityStoreId: string };
let count = 0;

beforeEach(() => {
  client = new IdentitystoreClient(served.administrator);
  store = { IdentityStoreId: instance.identityStoreId };
});

function person(more: Partial<CreateUserCommandInput> = {}) {
  count += 1;
  const name = `person${count}`;
  return {
    ...store,
    UserName: name,
    DisplayName: name,
    Name: { GivenName: 'A', FamilyName: 'B' },
    Emails: [{ Value: `${name}@example.com`, Type: 'work', Primary: true }],
    ...more,
  };
}

const createUser = async (more: Partial<CreateUserCommandInput> = {}) => {
  const { UserId = '' } = await client.send(new CreateUserCommand(person(more)));
  return UserId;
};
const createGroup = async (more: object = {}) => {
  count += 1;
  const input = { ...store, DisplayName: `group${count}`, ...more };
  return (await client.send(new CreateGroupCommand(input))).GroupId ?? '';
};
const join = async (GroupId: string, UserId: string) =>
  (await client.send(new CreateGroupMembershipCommand({ ...store, GroupId, MemberId: { UserId } })))
    .MembershipId ?? '';
const missing = (ResourceType: string) => ({
  name: 'ResourceNotFoundException',
  ResourceType,
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
});

describe('a user', () => {
  it('is described as it was created, and found by name and address', async () => {
    const given = person({ NickName: 'Ada', PhoneNumbers: [{ Value: '1' }], Timezone: 'UTC' });
    const { UserId = '' } = await client.send(new CreateUserCommand(given));
    expect(UserId).toMatch(/^[0-9a-f]{10}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await client.send(new DescribeUserCommand({ ...store, UserId }))).toMatchObject({
      ...given,
      UserId,
      UserStatus: 'ENABLED',
      CreatedAt: expect.any(Date),
      CreatedBy: expect.stringMatching(/^arn:aws:iam::/),
    });
    for (const [AttributePath, AttributeValue] of [
      ['userName', given.UserName],
      ['emails.value', given.Emails[0]?.Value],
    ] as const) {
      const AlternateIdentifier = { UniqueAttribute: { AttributePath, AttributeValue } };
      expect(await client.send(new GetUserIdCommand({ ...store, AlternateIdentifier }))).toMatchObject({
        UserId,
      });
    }
  });

  it('is in the list, in pages, and alone in a filtered one', async () => {
    const ids = [await createUser(), await createUser(), await createUser()];
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListUsersCommand({ ...store, MaxResults: 2, NextToken }));
      expect(page.Users?.length).toBeLessThanOrEqual(2);
      found.push(...(page.Users ?? []).map(({ UserId }) => UserId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(new Set(found).size).toBe(found.length);
    const given = person();
    await client.send(new CreateUserCommand(given));
    const Filters = [{ AttributePath: 'UserName', AttributeValue: given.UserName }];
    expect((await client.send(new ListUsersCommand({ ...store, Filters }))).Users).toHaveLength(1);
  });

  it.each<[string, Partial<CreateUserCommandInput>, string]>([
    ['no name', { UserName: undefined }, 'userName is a required attribute'],
    ['no display name', { DisplayName: undefined }, 'displayName is a required attribute'],
    ['no family name', { Name: { GivenName: 'A' } }, 'name.familyName is a required attribute'],
    ['no given name', { Name: { FamilyName: 'A' } }, 'name.givenName is a required attribute'],
    ['a name with a space', { UserName: 'a b' }, "at 'userName' failed to satisfy constraint"],
    ['a name of 129 characters', { UserName: 'a'.repeat(129) }, "at 'userName' failed to satisfy constraint"],
    [
      'two addresses',
      { Emails: [{ Value: 'a' }, { Value: 'b' }] },
      "at 'emails' failed to satisfy constraint",
    ],
    ['an address that is empty', { Emails: [{ Value: '' }] }, "at 'emails.1.member.value' failed"],
  ])('with %s is refused', async (_, more, message) => {
    await expect(client.send(new CreateUserCommand(person(more)))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('with an attribute that the sandbox does not know is refused by name', async () => {
    const Extensions = { 'aws:identitystore:enterprise': {} };
    await expect(client.send(new CreateUserCommand(person({ Extensions })))).rejects.toMatchObject({
      message: 'The sandbox does not have a user’s extensions.'.replace('’', "'"),
      $metadata: expect.objectContaining({ httpStatusCode: 501 }),
    });
    await expect(
      client.send(new UpdateUserCommand({ ...store, UserId: await createUser(), Operations: [] })),
    ).rejects.toMatchObject({ message: 'The sandbox does not have identitystore UpdateUser.' });
  });

  it('has a name of its own, in whatever case', async () => {
    const given = person();
    await client.send(new CreateUserCommand(given));
    await expect(
      client.send(new CreateUserCommand(person({ UserName: given.UserName.toUpperCase() }))),
    ).rejects.toMatchObject({ name: 'ConflictException', Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' });
  });

  it('is gone once it is deleted, and its memberships with it', async () => {
    const [UserId, GroupId] = [await createUser(), await createGroup()];
    await join(GroupId, UserId);
    await client.send(new DeleteUserCommand({ ...store, UserId }));
    await expect(client.send(new DescribeUserCommand({ ...store, UserId }))).rejects.toMatchObject(
      missing('USER'),
    );
    await expect(client.send(new DeleteUserCommand({ ...store, UserId }))).rejects.toMatchObject(
      missing('USER'),
    );
    const { GroupMemberships } = await client.send(new ListGroupMembershipsCommand({ ...store, GroupId }));
    expect(GroupMemberships).toEqual([]);
  });

  it('is not found by an address that two have, nor by what is not unique', async () => {
    const Emails = [{ Value: 'shared@example.com' }];
    await createUser({ Emails });
    await createUser({ Emails });
    const by = (AttributePath: string, AttributeValue: string) =>
      client.send(
        new GetUserIdCommand({
          ...store,
          AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
        }),
      );
    await expect(by('emails.value', 'shared@example.com')).rejects.toMatchObject(missing('USER'));
    await expect(by('userName', 'nobody')).rejects.toMatchObject(missing('USER'));
    await expect(by('displayName', 'nobody')).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a group', () => {
  it('is described as it was created, found by its name, and listed', async () => {
    const Description = 'who sells';
    const GroupId = await createGroup({ DisplayName: 'Sales', Description });
    const shown = { GroupId, DisplayName: 'Sales', Description };
    expect(await client.send(new DescribeGroupCommand({ ...store, GroupId }))).toMatchObject(shown);
    const AlternateIdentifier = {
      UniqueAttribute: { AttributePath: 'displayName', AttributeValue: 'Sales' },
    };
    expect(await client.send(new GetGroupIdCommand({ ...store, AlternateIdentifier }))).toMatchObject({
      GroupId,
    });
    const Filters = [{ AttributePath: 'DisplayName', AttributeValue: 'Sales' }];
    expect((await client.send(new ListGroupsCommand({ ...store, Filters }))).Groups).toMatchObject([shown]);
    await expect(createGroup({ DisplayName: 'SALES' })).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('has members, each once', async () => {
    const [GroupId, empty, UserId] = [await createGroup(), await createGroup(), await createUser()];
    const MembershipId = await join(GroupId, UserId);
    const shown = { MembershipId, GroupId, MemberId: { UserId } };
    const MemberId = { UserId };
    await expect(join(GroupId, UserId)).rejects.toMatchObject({ name: 'ConflictException' });
    expect(await client.send(new DescribeGroupMembershipCommand({ ...store, MembershipId }))).toMatchObject(
      shown,
    );
    expect(await client.send(new GetGroupMembershipIdCommand({ ...store, GroupId, MemberId }))).toMatchObject(
      { MembershipId },
    );
    expect(
      (await client.send(new ListGroupMembershipsForMemberCommand({ ...store, MemberId }))).GroupMemberships,
    ).toMatchObject([shown]);
    const { Results } = await client.send(
      new IsMemberInGroupsCommand({ ...store, MemberId, GroupIds: [GroupId, empty] }),
    );
    expect(Results?.map(({ MembershipExists }) => MembershipExists)).toEqual([true, false]);
    await client.send(new DeleteGroupMembershipCommand({ ...store, MembershipId }));
    await expect(
      client.send(new GetGroupMembershipIdCommand({ ...store, GroupId, MemberId })),
    ).rejects.toMatchObject(missing('GROUP_MEMBERSHIP'));
    await client.send(new DeleteGroupCommand({ ...store, GroupId }));
    await expect(client.send(new DescribeGroupCommand({ ...store, GroupId }))).rejects.toMatchObject(
      missing('GROUP'),
    );
  });

  it('has nobody whom the directory does not know', async () => {
    const GroupId = await createGroup();
    const nobody = (await createUser()).replace(/.{12}$/, '000000000000');
    await expect(join(GroupId, nobody)).rejects.toMatchObject(missing('USER'));
    await expect(join(nobody, await createUser())).rejects.toMatchObject(missing('GROUP'));
    await expect(join('group', nobody)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a store', () => {
  it('is its account’s: another has none, or one of its own', async () => {
    const elsewhere = new IdentitystoreClient({
      ...served.administrator,
      credentials: other.identities.administrator,
    });
    await expect(elsewhere.send(new ListUsersCommand(store))).rejects.toMatchObject(
      missing('IDENTITY_STORE'),
    );
    const { identityStoreId, arn } = other.identityCenter.createInstance();
    expect(identityStoreId).not.toBe(store.IdentityStoreId);
    expect((await elsewhere.send(new ListUsersCommand({ IdentityStoreId: identityStoreId }))).Users).toEqual(
      [],
    );
    other.identityCenter.deleteInstance(arn);
    await expect(client.send(new ListUsersCommand({ IdentityStoreId: 'd-1' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

// Who may reach users and groups of the identity store: the permissions on each of them.
import {
  CreateGroupMembershipCommand,
  DescribeUserCommand,
  IdentitystoreClient,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore';
import { describe, expect, it } from 'vitest';
import {
  instance,
  newGroup,
  newUser,
  served,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';
import type { ClientSettings } from './fixtures/served-account.ts';

useIdentityCenter();

describe('the permissions of the identity store', () => {
  const store = () => ({ IdentityStoreId: instance.identityStoreId });
  const on = (settings: ClientSettings) => new IdentitystoreClient(settings);
  const arn = () => instance.identityStoreArn;

  it('are on the store and on the user: one of the two is not enough', async () => {
    const UserId = newUser().userId;
    const describe = new DescribeUserCommand({ ...store(), UserId });
    const Action = 'identitystore:DescribeUser';
    const user = `arn:aws:identitystore:::user/${UserId}`;
    expect(await on(served.allowed({ Action, Resource: [arn(), user] })).send(describe)).toMatchObject({
      UserId,
    });
    for (const Resource of [arn(), user, [arn(), `${user}0`]]) {
      await expect(on(served.allowed({ Action, Resource })).send(describe)).rejects.toMatchObject({
        name: 'AccessDeniedException',
        $metadata: expect.objectContaining({ httpStatusCode: 400 }),
      });
    }
  });

  it('are on the group and on the member, where there are both', async () => {
    const [GroupId, UserId] = [newGroup().groupId, newUser().userId];
    const create = new CreateGroupMembershipCommand({ ...store(), GroupId, MemberId: { UserId } });
    const all = [arn(), `arn:aws:identitystore:::group/${GroupId}`, `arn:aws:identitystore:::user/${UserId}`];
    const Action = 'identitystore:CreateGroupMembership';
    for (const left of all) {
      const Resource = all.filter((one) => one !== left);
      await expect(on(served.allowed({ Action, Resource })).send(create)).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`on resource: ${left} because`),
      });
    }
    await on(served.allowed({ Action, Resource: all })).send(create);
  });

  it('of a list are on all users', async () => {
    const list = new ListUsersCommand(store());
    const Action = 'identitystore:ListUsers';
    const caller = served.allowed({ Action, Resource: [arn(), 'arn:aws:identitystore:::user/*'] });
    expect((await on(caller).send(list)).Users).toEqual(expect.any(Array));
    await expect(on(served.allowed({ Action, Resource: arn() })).send(list)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

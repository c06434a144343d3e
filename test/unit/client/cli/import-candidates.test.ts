// The candidates of an import: bound to the roles that IAM has, and none that would take a role from another.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { IamRole } from '../../../../client/cli/iam-roles.ts';
import { candidatesOf } from '../../../../client/cli/import-candidates.ts';

const item = (ApplicationName: string, AccessPrincipalRoleName: string): Record<string, AttributeValue> => ({
  ApplicationName: { S: ApplicationName },
  AccessPrincipalRoleName: { S: AccessPrincipalRoleName },
  SessionTagKey: { S: 'TenantID' },
  JWTClaimName: { S: 'custom:tenant_id' },
  JWKSetURL: { S: 'https://login.example.com/jwks.json' },
});
const role = (name: string, path = '/'): IamRole => ({
  roleId: `AROA${name.toUpperCase()}`,
  arn: `arn:aws:iam::111122223333:role${path}${name}`,
  path,
});

async function* each(items: readonly Record<string, AttributeValue>[]) {
  yield* items;
}
const candidates = (items: readonly Record<string, AttributeValue>[], roles: Record<string, IamRole> = {}) =>
  candidatesOf(each(items), async (name) => roles[name]);

describe('the candidates', () => {
  it('are bound to the unique ids of their roles, and come by name', async () => {
    const roles = {
      Shop: role('Shop'),
      Bill: role('Bill'),
      ShopAccess: role('ShopAccess', '/team/'),
      BillAccess: role('BillAccess'),
    };
    const found = await candidates([item('Shop', 'team/ShopAccess'), item('Bill', 'BillAccess')], roles);
    expect(found.map(({ name }) => name)).toEqual(['Bill', 'Shop']);
    expect(found[1]).toEqual({
      name: 'Shop',
      applicationRoleArn: 'arn:aws:iam::111122223333:role/Shop',
      document: {
        ApplicationName: 'Shop',
        ApplicationRoleId: 'AROASHOP',
        AccessRoleName: 'team/ShopAccess',
        SessionTagKey: 'TenantID',
        JWTClaimName: 'custom:tenant_id',
        JWKSetURL: 'https://login.example.com/jwks.json',
      },
      problems: [],
    });
  });

  it('need a role: what a user of that name registered has none', async () => {
    const [found] = await candidates([item('Alice', 'AliceAccess')], { AliceAccess: role('AliceAccess') });
    expect(found).toEqual({ name: 'Alice', problems: [expect.stringContaining('no IAM role of this name')] });
  });

  it('need an access role that is there, under the path that it has', async () => {
    const roles = { Shop: role('Shop'), Bill: role('Bill'), BillAccess: role('BillAccess', '/team/') };
    const found = await candidates([item('Bill', 'BillAccess'), item('Shop', 'ShopAccess')], roles);
    expect(found.map(({ problems }) => problems)).toEqual([
      ['AccessRoleName: the role has a path: register team/BillAccess'],
      ['AccessRoleName: there is no such IAM role: it must exist before it is registered'],
    ]);
  });

  it('own nothing that another item has too, whatever path, letter case or faults that has', async () => {
    const roles = Object.fromEntries(['One', 'Shared', 'Alone', 'Own'].map((name) => [name, role(name)]));
    const faulty = { ...item('Two', 'team/SHARED'), JWTClaimName: { N: '7' } };
    const found = await candidates([item('One', 'Shared'), faulty, item('Alone', 'Own')], roles);
    expect(found.map(({ name, problems }) => [name, problems.length])).toEqual([
      ['Alone', 0],
      ['One', 1],
      ['Two', 2],
    ]);
    expect(found[1]?.problems[0]).toMatch(/^AccessRoleName: is that of Two too\. .*SharedWith/);
    expect(found[2]?.problems[1]).toMatch(/^AccessRoleName: is that of One too\./);
  });

  it('that IAM says nothing about do not stop the others', async () => {
    const denied = Object.assign(new Error('User: x is not authorized to perform: iam:GetRole'), {
      name: 'AccessDenied',
    });
    const found = await candidatesOf(
      each([item('Shop', 'ShopAccess'), item('Bill', 'BillAccess')]),
      async (name) => {
        if (name === 'Bill') throw denied;
        return role(name);
      },
    );
    expect(found.map(({ problems }) => problems)).toEqual([
      ['its roles cannot be looked up: AccessDenied: User: x is not authorized to perform: iam:GetRole'],
      [],
    ]);
  });
});

// The stack of S3 Access Grants, deployed: each trust and each permission of it, and what becomes of its roles without it.
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { IdentityContext } from '../../sandbox/identities/identity-context.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { type Amend, GrantedData, list, read, succeeds, write } from './support/granted-data.ts';

let sandbox: Sandbox;
let data: GrantedData;

beforeAll(async () => {
  sandbox = await startSandbox({ assemblyDirectory: inject('assemblyDirectory'), stacks: [] });
  data = new GrantedData(sandbox);
});
afterEach(() => data.delete());
afterAll(() => sandbox.stop());

interface Statement {
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}
interface RoleProperties {
  readonly RoleName?: string;
  readonly AssumeRolePolicyDocument: { Statement: Statement[] };
  readonly Policies: { readonly PolicyDocument: { Statement: Statement[] } }[];
}

const rolesOf = (template: Template) =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => Properties as unknown as RoleProperties);
const ofLocation = ({ RoleName }: RoleProperties) => RoleName === undefined;
const statementsOf = ({ AssumeRolePolicyDocument, Policies }: RoleProperties) => [
  AssumeRolePolicyDocument,
  ...Policies.map(({ PolicyDocument }) => PolicyDocument),
];

/** Changes the statements with an action, or leaves them out: of the location role, or else of departments. */
const change =
  (action: string, how: (statement: Statement) => Statement | undefined, isOfLocation = true): Amend =>
  (template) => {
    let count = 0;
    for (const role of rolesOf(template).filter((each) => ofLocation(each) === isOfLocation))
      for (const document of statementsOf(role))
        document.Statement = document.Statement.flatMap((statement) => {
          if (![statement.Action].flat().includes(action)) return [statement];
          count += 1;
          return how(statement) ?? [];
        });
    // What changes nothing shows nothing.
    expect(count).toBeGreaterThan(0);
  };
const without = (wanted: string, isOfLocation = true) =>
  change(
    wanted,
    (statement) => {
      const Action = [statement.Action].flat().filter((action) => action !== wanted);
      return Action.length > 0 ? { ...statement, Action } : undefined;
    },
    isOfLocation,
  );
const unconditionally = (action: string, key: string) =>
  change(action, (statement) => {
    const Condition = Object.fromEntries(
      Object.entries(statement.Condition ?? {}).filter(([, keys]) => !Object.hasOwn(keys, key)),
    );
    expect(Object.keys(Condition)).toHaveLength(Object.keys(statement.Condition ?? {}).length - 1);
    return { ...statement, Condition };
  });
const both =
  (...amendments: Amend[]): Amend =>
  (template) => {
    for (const amend of amendments) amend(template);
  };

const department = (name: string) => data.session(data.role(`ShopFast-${name}`));
const users = 's3://shopfast-data/users*';

/** A session that acts for a user of the directory, to whom the users’ data is granted. */
function actingForUser() {
  const { arn: instanceArn, identityStoreArn } = sandbox.account.identityCenter.requireInstance();
  const userId = '6e540eef11-01234567-89ab-cdef-0123-456789abcdef';
  data.grant({
    subPrefix: 'users/*',
    permission: 'READ',
    grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: userId },
  });
  const identityContext: IdentityContext = {
    userId,
    groupIds: [],
    identityStoreArn,
    instanceArn,
    applicationArn: `arn:aws:sso::111122223333:application/${instanceArn.split('/')[1]}/apl-0123456789abcdef`,
  };
  return data.session(data.role('ShopFast-Marketing'), { identityContext });
}

const forInstance = () => ({
  vending: { instanceArn: sandbox.account.accessGrants.instanceArn, identityContext: undefined },
});
/** As S3 Access Grants has the location role, before a grant narrows it. */
const asLocation = () => data.s3(data.session(data.locationRole, forInstance()));
/** As whoever else got hold of the location role. */
const asThief = () => data.s3(data.session(data.locationRole));

/** What is to be, with the template as it is synthesized. */
const must = {
  'lets a department read what it is granted': async () => {
    const { vended } = await data.ask(department('CustomerSupport'), users, 'READ');
    await read(data.s3(vended));
  },
  'lets a department write what it is granted': async () => {
    const { vended } = await data.ask(department('Sales'), users, 'READWRITE');
    await write(data.s3(vended));
  },
  'lets a department list what it is granted': async () => {
    const { vended } = await data.ask(department('CustomerSupport'), users, 'READ');
    await list(data.s3(vended));
  },
  'lets a department ask which grants it has': () => data.list(department('CustomerSupport')),
  'lets a user of the directory read what they are granted': async () => {
    const { vended, Grantee } = await data.ask(actingForUser(), 's3://shopfast-data/users/*', 'READ');
    expect(Grantee?.GranteeType).toBe('DIRECTORY_USER');
    await read(data.s3(vended));
  },
} satisfies Record<string, () => Promise<unknown>>;

/** What must not be. */
const never = {
  'lets in an instance of another account': async () =>
    data.letsIn('arn:aws:s3:eu-west-1:444455556666:access-grants/default'),
  'lets in an instance of another region': async () =>
    data.letsIn('arn:aws:s3:eu-central-1:111122223333:access-grants/default'),
  'lets who holds its location role read without an instance': () => succeeds(read(asThief())),
  'lets who holds its location role write without an instance': () => succeeds(write(asThief())),
  'lets who holds its location role list without an instance': () => succeeds(list(asThief())),
  'lets its location role read in another bucket': () => succeeds(read(asLocation(), 'private')),
  'lets its location role write to another bucket': () => succeeds(write(asLocation(), 'private')),
  'lets its location role list another bucket': () => succeeds(list(asLocation(), 'users', 'private')),
  'lets a department read past S3 Access Grants': () =>
    succeeds(read(data.s3(department('CustomerSupport')))),
  'lets a department write what it may read': () =>
    succeeds(data.ask(department('CustomerSupport'), users, 'READWRITE')),
} satisfies Record<string, () => Promise<boolean>>;

describe('the stack, as it is synthesized,', () => {
  it.each(Object.entries(must))('%s', async (_, comesThrough) => {
    await data.deploy();
    await comesThrough();
  });

  it.each(Object.entries(never))('never %s', async (_, comesThrough) => {
    await data.deploy();
    expect(await comesThrough()).toBe(false);
  });
});

const anywhere = (statement: Statement) => ({ ...statement, Resource: '*' });
const instanceArn = 's3:AccessGrantsInstanceArn';

describe('what the stack says is needed: nothing', () => {
  it.each<[string, Amend, keyof typeof must]>([
    ['sts:AssumeRole', without('sts:AssumeRole'), 'lets a department read what it is granted'],
    ['sts:SetSourceIdentity', without('sts:SetSourceIdentity'), 'lets a department read what it is granted'],
    ['sts:SetContext', without('sts:SetContext'), 'lets a user of the directory read what they are granted'],
    ['the reading of objects', without('s3:GetObject'), 'lets a department read what it is granted'],
    ['the writing of objects', without('s3:PutObject'), 'lets a department write what it is granted'],
    ['the listing of buckets', without('s3:ListBucket'), 'lets a department list what it is granted'],
    ['s3:GetDataAccess', without('s3:GetDataAccess', false), 'lets a department read what it is granted'],
    [
      's3:ListCallerAccessGrants',
      without('s3:ListCallerAccessGrants', false),
      'lets a department ask which grants it has',
    ],
  ])('without %s', async (_, amend, promise) => {
    await data.deploy(amend);
    expect(await succeeds(must[promise]())).toBe(false);
  });
});

describe('what the stack denies is let in', () => {
  it.each<[string, Amend, keyof typeof never]>([
    [
      'without aws:SourceArn',
      unconditionally('sts:AssumeRole', 'aws:SourceArn'),
      'lets in an instance of another region',
    ],
    [
      'without aws:SourceAccount and aws:SourceArn',
      both(
        unconditionally('sts:AssumeRole', 'aws:SourceArn'),
        unconditionally('sts:AssumeRole', 'aws:SourceAccount'),
      ),
      'lets in an instance of another account',
    ],
    [
      `without ${instanceArn} of reading`,
      unconditionally('s3:GetObject', instanceArn),
      'lets who holds its location role read without an instance',
    ],
    [
      `without ${instanceArn} of writing`,
      unconditionally('s3:PutObject', instanceArn),
      'lets who holds its location role write without an instance',
    ],
    [
      `without ${instanceArn} of listing`,
      unconditionally('s3:ListBucket', instanceArn),
      'lets who holds its location role list without an instance',
    ],
    [
      'where reading is not held to its buckets',
      change('s3:GetObject', anywhere),
      'lets its location role read in another bucket',
    ],
    [
      'where writing is not held to its buckets',
      change('s3:PutObject', anywhere),
      'lets its location role write to another bucket',
    ],
    [
      'where listing is not held to its buckets',
      change('s3:ListBucket', anywhere),
      'lets its location role list another bucket',
    ],
    [
      'where a department may do all of S3',
      change(
        's3:GetDataAccess',
        () => ({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) as Statement,
        false,
      ),
      'lets a department read past S3 Access Grants',
    ],
  ])('%s', async (_, amend, denial) => {
    await data.deploy(amend);
    expect(await never[denial]()).toBe(true);
  });
});

describe('the stack', () => {
  it('is deleted in the order that S3 wants', async () => {
    await data.deploy();
    await data.delete();
    expect(sandbox.account.accessGrants.instance).toBeUndefined();
    await data.deploy();
  });

  it('cannot be made where the locations do not wait for the instance', async () => {
    const impatient = data.deploy((template) => {
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (resource.Type !== 'AWS::S3::AccessGrantsLocation') continue;
        Reflect.deleteProperty(resource, 'DependsOn');
        // Its role names the instance, and is what it would wait for instead.
        Object.assign(resource.Properties as object, { IamRoleArn: 'arn:aws:iam::111122223333:role/Other' });
        delete template.Resources[id];
        template.Resources = { [id]: resource, ...template.Resources };
      }
    });
    await expect(impatient).rejects.toThrow(/AWS::S3::AccessGrantsLocation.*instance/is);
    await data.deploy();
  });

  it('answers each grant of the settings, and no other', async () => {
    await data.deploy();
    const { grants } = sandbox.account.accessGrants;
    const shown = grants.all.map(({ grantee, permission, scope }) =>
      [grantee.granteeIdentifier.split('/').at(-1), permission, scope.text].join(' '),
    );
    expect(shown.sort()).toEqual(
      [
        'ShopFast-CustomerSupport READ s3://shopfast-data/users*',
        'ShopFast-CustomerSupport READWRITE s3://shopfast-data/feedback*',
        'ShopFast-HumanResources READWRITE s3://shopfast-internal/benefits*',
        'ShopFast-HumanResources READWRITE s3://shopfast-internal/employee-records*',
        'ShopFast-Marketing READ s3://shopfast-data/feedback*',
        'ShopFast-Marketing READ s3://shopfast-data/products*',
        'ShopFast-ProductManagement READ s3://shopfast-internal/leads*',
        'ShopFast-ProductManagement READWRITE s3://shopfast-data/products*',
        'ShopFast-Sales READWRITE s3://shopfast-data/transactions*',
        'ShopFast-Sales READWRITE s3://shopfast-data/users*',
      ].sort(),
    );
  });
});

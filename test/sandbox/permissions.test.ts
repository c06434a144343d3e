// The synthesized policies, evaluated: what the broker may do, what it may not, and that no grant is idle or loose.
import { describe, expect, inject, it } from 'vitest';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import { dataPermissionRows } from './support/data-permission-rows.ts';
import { permissionRows } from './support/permission-rows.ts';
import { sharedPermissionRows } from './support/shared-permission-rows.ts';
import { readStackPermissions, type StackPermissions } from './support/stack-permissions.ts';

interface Statement {
  Action: string | string[];
  Resource?: string | string[];
  Principal?: '*' | Record<string, string | string[]>;
  Condition?: Record<string, unknown>;
}
interface Mutation {
  readonly what: string;
  readonly stack: StackPermissions;
}

const stacks = readStackPermissions(inject('assemblyDirectory'), {
  accountId: '111122223333',
  region: 'eu-west-1',
});

describe.each(stacks.map((stack) => [stack.stackName, stack] as const))(
  'the permissions of %s',
  (_, stack) => {
    const rows = [
      ...permissionRows,
      ...(stack.arns.identityContexts ? dataPermissionRows : []),
      ...(stack.sealing ? sharedPermissionRows : []),
    ];

    it.each(rows.map((row) => [`${row.who} ${row.may} ${row.what}`, row] as const))('%s', (_, row) => {
      const { may, isAllowed } = row;
      expect(isAllowed(stack)).toBe(may === 'may');
    });

    it('are of no other role, but CodeDeploy’s: it may move this function’s alias and look at alarms', () => {
      expect(stack.otherRoles).toHaveLength(stack.stackName.endsWith('-Sandbox') ? 0 : 1);
      for (const { trustPolicy, policies, managedPolicyArns } of stack.otherRoles) {
        expect(statementsOf(trustPolicy)).toEqual([
          expect.objectContaining({ Principal: { Service: 'codedeploy.amazonaws.com' } }),
        ]);
        expect(managedPolicyArns).toEqual([]);
        expect(policies.flatMap(statementsOf)).toEqual([
          {
            Effect: 'Allow',
            Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
            Resource: [
              expect.stringMatching(/:function:CredentialsManagerFunction\w+$/),
              expect.stringMatching(/:function:CredentialsManagerFunction\w+:\*$/),
            ],
          },
          { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
        ]);
      }
    });

    it('are in no managed policy', () => {
      expect([...stack.functionRole.managedPolicyArns, ...stack.serviceRole.managedPolicyArns]).toEqual([]);
    });

    const mutations = [...withoutOne(stack), ...withOneWidened(stack), ...withWiderTrust(stack)];

    it('are as many as are known', () => {
      expect(mutations.length).toBeGreaterThan(40);
    });

    it.each(mutations.map(({ what, stack: copy }) => [what, copy] as const))(
      'are found wrong %s',
      (_, mutated) => {
        const wrong = rows.find(({ may, isAllowed }) => isAllowed(mutated) !== (may === 'may'));
        expect(wrong).toBeDefined();
      },
    );
  },
);

function statementsOf({ Statement }: PolicyDocument): Statement[] {
  return Statement as Statement[];
}

/** Every place in which a stack grants something, by a path that leads to the same place in a copy. */
function grantingPolicies(
  stack: StackPermissions,
): { whose: string; of: (copy: StackPermissions) => PolicyDocument }[] {
  return [
    ...stack.functionRole.policies.map((_, index) => ({
      whose: 'the function',
      of: (copy: StackPermissions) => copy.functionRole.policies[index] as PolicyDocument,
    })),
    ...stack.serviceRole.policies.map((_, index) => ({
      whose: 'the service role',
      of: (copy: StackPermissions) => copy.serviceRole.policies[index] as PolicyDocument,
    })),
    { whose: 'the function’s role', of: (copy) => copy.functionRole.trustPolicy },
    { whose: 'the service role', of: (copy) => copy.serviceRole.trustPolicy },
    { whose: 'the alias', of: (copy) => copy.aliasPolicy },
    ...(stack.sealing
      ? [{ whose: 'the key', of: (copy: StackPermissions) => copy.sealing as PolicyDocument }]
      : []),
  ];
}

/** A copy for every statement, in which `change` has changed that one; it may return several changes. */
function mutate(
  stack: StackPermissions,
  changesOf: (
    statement: Statement,
  ) => { what: string; apply: (statement: Statement) => Partial<Statement> | undefined }[],
): Mutation[] {
  return grantingPolicies(stack).flatMap(({ whose, of }) =>
    statementsOf(of(stack)).flatMap((statement, index) =>
      changesOf(statement).map(({ what, apply }) => {
        const copy = structuredClone(stack);
        const statements = statementsOf(of(copy));
        const changed = apply(statements[index] as Statement);
        // A policy that allows nothing: IAM has no empty one.
        const nothing = { ...statement, Effect: 'Deny' };
        statements[index] = { ...statements[index], ...(changed ?? nothing) } as Statement;
        return { what: `once ${whose} ${what}`, stack: copy };
      }),
    ),
  );
}

function withoutOne(stack: StackPermissions): Mutation[] {
  return mutate(stack, ({ Action, Resource }) => {
    const actions = [Action].flat();
    const apply = (action: string) => () => {
      const left = actions.filter((each) => each !== action);
      return left.length > 0 ? { Action: left } : undefined;
    };
    return actions.map((action) => ({
      what: `lacks ${action}${Resource === undefined ? '' : ` on ${[Resource].flat().map(shortened)}`}`,
      apply: apply(action),
    }));
  });
}

function withOneWidened(stack: StackPermissions): Mutation[] {
  return mutate(stack, ({ Action, Resource, Principal }) => {
    const actions = [Action].flat();
    const resources = Resource === undefined || Principal ? [] : [Resource].flat();
    const service = (action: string) => action.split(':')[0] ?? '';
    // IAM takes no other action in a trust policy, and no star in the evaluator's service principal.
    return [
      ...actions.map((action) => ({
        what: `has ${service(action)}:* for ${action}, on ${[Resource ?? 'itself'].flat().map(shortened)}`,
        apply: () => ({ Action: actions.map((each) => (each === action ? `${service(action)}:*` : each)) }),
      })),
      ...resources
        .filter((resource) => resource !== '*')
        .flatMap((resource) =>
          widerThan(resource).map((wide) => ({
            what: `has ${wide} for ${shortened(resource)}`,
            apply: () => ({ Resource: resources.map((each) => (each === resource ? wide : each)) }),
          })),
        ),
    ];
  });
}

/** What reaches more than a resource does; of one that is all of a kind already, other kinds and other accounts. */
function widerThan(resource: string): string[] {
  if (resource.endsWith('/*')) {
    return ['*', resource.replace(/[^:]+$/, '*'), resource.replace(/:\d{12}:/, ':*:')];
  }
  return ['*', resource.replace(/([/:])[^/:]+(:\*)?$/, '$1*'), `${resource.replace(/:\*$/, '')}*`];
}

function withWiderTrust(stack: StackPermissions): Mutation[] {
  return mutate(stack, ({ Principal, Condition }) => {
    if (!Principal || Principal === '*') return [];
    const services = [Principal['Service'] ?? [], 'events.amazonaws.com'].flat();
    const root = `arn:aws:iam::${stack.accountId}:root`;
    return [
      { what: 'trusts another service', apply: () => ({ Principal: { ...Principal, Service: services } }) },
      { what: 'trusts anybody', apply: () => ({ Principal: '*' }) },
      // In a resource policy, the account's own identities need their own policies all the same.
      ...(Condition
        ? []
        : [{ what: 'trusts the account', apply: () => ({ Principal: { ...Principal, AWS: root } }) }]),
      ...(Condition ? [{ what: 'asks for no source', apply: () => ({ Condition: {} }) }] : []),
      ...(Condition
        ? [{ what: 'asks for any path of its API', apply: () => ({ Condition: anyPath(stack) }) }]
        : []),
    ];
  });
}

function anyPath({ arns }: StackPermissions) {
  return { ArnLike: { 'AWS:SourceArn': `${arns.api}/*` } };
}

const shortened = (arn: string) =>
  arn
    .split(/[/:]/)
    .filter((part) => part !== '*')
    .at(-1) ?? arn;

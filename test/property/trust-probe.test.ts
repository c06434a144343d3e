// Properties of the trust probe: whatever a trust policy asks for, three tries tell what five told, and two sessions what three.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizeAssumeRole } from '../../sandbox/authorization/assume-role.ts';
import type { Caller, PolicyDocument, Role } from '../../sandbox/identities/identities.ts';
import type { TrustReport } from '../../service/registrations/stored-registration.ts';
import { TemporaryCredentialsProvider } from '../../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../../service/sessions/trust-probe.ts';
import {
  account,
  accountId,
  identities,
  policy,
  roleArn,
  session,
  useIdentities,
} from '../sandbox/fixtures/identities-account.ts';
import { callerNamed, deployment } from '../support/callers.ts';
import { frozenClock } from '../support/clock.ts';
import { registrationWith } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';
import { FakeSts, refusing } from '../support/sts.ts';

useIdentities();

type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const applicationName = fc
  .array(fc.constantFrom(...'aAbBpPzZ019_-.'), { minLength: 1, maxLength: 8 })
  .map((characters) => characters.join(''));

/** What somebody writes who means this name, or more than it: a `*` for any part, a `?` for any character. */
const patternOf = (name: string) => {
  const partsOf = (...kinds: string[]) =>
    fc.array(fc.constantFrom(...kinds), { minLength: name.length, maxLength: name.length });
  const one = fc
    .tuple(fc.nat({ max: name.length - 1 }), fc.constantFrom('?', '*', 'keep*'))
    .map(([index, kind]) => [...name].map((_, at) => (at === index ? kind : 'keep')));
  const last = fc
    .constantFrom('?', '*')
    .map((kind) => [...name].map((_, at) => (at < name.length - 1 ? 'keep' : kind)));
  return fc
    .oneof(partsOf('keep', '?', '*', 'keep*'), partsOf('keep', '?'), one, last)
    .map((parts) =>
      parts
        .map((part, at) => (part === 'keep' ? name[at] : part === 'keep*' ? `${name[at]}*` : part))
        .join(''),
    );
};

const inAnyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((c, at) => (upper[at] ? c.toUpperCase() : c.toLowerCase())).join(''));

/** Applications beside this one, and this one with another last character that a role's name may have. */
const others = (name: string) =>
  fc.array(fc.constantFrom('Orders', 'Billing', `${name.slice(0, -1)}9`, `${name}x`), { maxLength: 2 });

const comparing = (operator: string, values: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Condition> =>
  values.map((list) => ({ [operator]: { 'sts:ExternalId': list } }));

/** One operator, for the external id: what a statement asks. */
const conditionFor = (name: string): fc.Arbitrary<Condition | undefined> => {
  const listed = (value: fc.Arbitrary<string>) => fc.tuple(value, others(name)).map((lists) => lists.flat());
  const exact = listed(fc.constantFrom(name, 'Orders'));
  return fc.oneof(
    fc.constant(undefined),
    comparing('StringEquals', exact),
    comparing('StringEqualsIfExists', exact),
    comparing('StringLike', listed(patternOf(name))),
    comparing('StringLikeIfExists', listed(patternOf(name))),
    comparing('StringEqualsIgnoreCase', listed(inAnyCase(name))),
    comparing('StringNotEquals', fc.constant(['Orders'])),
    comparing('StringNotLike', fc.constant(['Evil*', '*Test'])),
    comparing('StringNotEqualsIgnoreCase', fc.constant(['orders'])),
  );
};

const principal = fc.constantFrom<'role' | 'session' | 'everybody'>('role', 'session', 'everybody');

const trust = applicationName.chain((name) =>
  fc.record({
    name: fc.constant(name),
    statements: fc.array(fc.record({ principal, condition: conditionFor(name) }), {
      minLength: 1,
      maxLength: 2,
    }),
    isTagged: fc.boolean(),
  }),
);

type Trust = typeof trust extends fc.Arbitrary<infer T> ? T : never;

const SESSION_ARN = `arn:aws:sts::${accountId}:assumed-role/Broker/test`;
const principals = {
  role: { AWS: roleArn('Broker') },
  session: { AWS: SESSION_ARN },
  everybody: { AWS: '*' },
};

function trustPolicyOf({ statements }: Trust): PolicyDocument {
  const isBroker = { ArnEquals: { 'aws:PrincipalArn': roleArn('Broker') } };
  return policy(
    ...statements.map(({ principal: who, condition }) => ({
      Effect: 'Allow',
      Principal: principals[who],
      Action: 'sts:AssumeRole',
      ...((condition || who === 'everybody') && {
        Condition: { ...condition, ...(who === 'everybody' && isBroker) },
      }),
    })),
    ...statements.map(({ principal: who }) => ({
      Effect: 'Allow',
      Principal: principals[who],
      Action: 'sts:TagSession',
      ...(who === 'everybody' && { Condition: isBroker }),
    })),
  );
}

type LetsIn = (externalId: string | undefined, sessionPolicy?: string) => boolean;

let roles = 0;

function roleOf(world: Trust, caller: Caller): LetsIn {
  roles += 1;
  const role: Role = identities.createRole({
    roleName: `Target${roles}`,
    trustPolicy: trustPolicyOf(world),
    ...(world.isTagged && { tags: { TenantID: 'Yellow' } }),
  });
  return (externalId, sessionPolicy) =>
    authorizeAssumeRole(
      account,
      { ...caller, policy: sessionPolicy === undefined ? undefined : JSON.parse(sessionPolicy) } as Caller,
      { role, sessionName: 'probe', externalId, tags: new Map([['TenantID', 'probe']]) },
    ).allowed;
}

/** The probe as it was: one try after another, each for one thing. */
function reportBefore(name: string, letsIn: LetsIn): TrustReport | undefined {
  if (!letsIn(name)) return undefined;
  const swapped = name.replace(/[a-z]|[A-Z]/g, (c) =>
    c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase(),
  );
  const wrong = [
    `${name}:${randomUUID()}:${name}`,
    ...(swapped === name ? [] : [swapped]),
    `${name.slice(0, -1)}:`,
  ];
  const onlyTagged = (key: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
          Resource: '*',
          Condition: { Null: { [`aws:ResourceTag/${key}`]: 'false' } },
        },
      ],
    });
  const isTagged = letsIn(name, onlyTagged('TenantID'));
  return {
    trust: wrong.some((id) => letsIn(id)) ? 'NotPinned' : 'Pinned',
    roleHasSessionTag: isTagged && letsIn(name, onlyTagged(randomUUID())) ? undefined : isTagged,
  };
}

async function reportNow(name: string, letsIn: LetsIn): Promise<TrustReport | undefined> {
  const { now } = frozenClock();
  const sts = new FakeSts(now);
  try {
    sts.trust = { hasSessionTag: false };
    sts.accessRole = (input: AssumeRoleCommandInput) => {
      const sessionPolicy = sts.inputOf(sts.calls.at(-1)?.signedBy)?.Policy;
      return letsIn(input.ExternalId, sessionPolicy) ? sts.session(input) : refusing('AccessDenied')(input);
    };
    const provider = new TemporaryCredentialsProvider({ ...deployment, createClient: sts.createClient, now });
    const report = new TrustProbe(provider, deployment).begin(callerNamed(name), registrationWith()).report();
    return await report.catch(() => undefined);
  } finally {
    sts.restore();
  }
}

describe('the trust probe', () => {
  it('reports of every trust policy what it reported before, and the role’s own tag where it could not tell', async () => {
    const seen = new Set<string>();
    const caller = session('Broker');
    await fc.assert(
      fc.asyncProperty(trust, async (world) => {
        const letsIn = roleOf(world, caller);
        const before = reportBefore(world.name, letsIn);
        const now = await reportNow(world.name, letsIn);
        seen.add(JSON.stringify(before ?? 'refused'));

        expect(now).toEqual(
          before && {
            trust: before.trust,
            roleHasSessionTag: before.roleHasSessionTag ?? world.isTagged,
          },
        );
      }),
      runs(300),
    );
    // Every report there is, or the property would say little.
    expect(seen.size).toBe(7);
  });
});

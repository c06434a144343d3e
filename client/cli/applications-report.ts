// What `isb applications` tells of each item of the table, as a table or as JSON.
import { type AppliedPlan, type Deployment, planFor } from './doctor/deployment.ts';
import type { TableItem } from './registrations.ts';
import { type Column, tableOf } from './shown-table.ts';
import { escaped, shownName } from './shown-text.ts';

/** Absent: the item does not say. */
interface Application {
  readonly application: string;
  /** With its path, where it has one. */
  readonly accessRole?: string;
  /** The session tag of the tenant first. */
  readonly tagKeys: readonly string[];
  /** Each by the name that its tokens must have, or else by the address of its keys. */
  readonly issuers: readonly string[];
  /** The application that owns the access role, where that is another. */
  readonly sharedBy?: string;
  readonly sharedWith: readonly string[];
  /** First: ISO 8601, UTC. When it was changed the audit log knows. */
  readonly registeredAt?: string;
  /** New with every write. */
  readonly version?: string;
  readonly trust?: string;
  readonly revokedAt?: string;
  readonly usagePlan?: AppliedPlan;
}

const columns: readonly Column<Application>[] = [
  { heading: 'application', of: ({ application }) => application },
  { heading: 'access role', of: ({ accessRole }) => accessRole },
  { heading: 'tags', of: ({ tagKeys }) => tagKeys.join(' ') },
  { heading: 'trust', of: ({ trust }) => trust },
  { heading: 'usage plan', of: ({ usagePlan }) => usagePlan && shownPlan(usagePlan) },
  { heading: 'registered', of: ({ registeredAt }) => registeredAt },
  { heading: 'revoked', of: ({ revokedAt }) => revokedAt },
  { heading: 'shared by', of: ({ sharedBy }) => sharedBy },
  { heading: 'shared with', of: ({ sharedWith }) => sharedWith.join(' ') },
  { heading: 'issuers', of: ({ issuers: [first, ...others] }) => shownFirst(first, others.length) },
];

/** @param deployment absent: usage plans are not known */
export function renderTable(items: readonly TableItem[], deployment?: Deployment): string[] {
  const applications = applicationsOf(items, deployment);
  return [
    ...(applications.length > 0 ? tableOf(applications, columns) : ['no application is registered']),
    ...othersOf(items).map((key) => `no registration: the item ${shownName(key)}`),
  ];
}

/** @param deployment absent: usage plans are not known */
export function renderJson(items: readonly TableItem[], deployment?: Deployment): string[] {
  const told = { applications: applicationsOf(items, deployment), noRegistrations: othersOf(items) };
  return [escaped(JSON.stringify(told))];
}

function applicationsOf(items: readonly TableItem[], deployment: Deployment | undefined): Application[] {
  return items
    .filter(({ registered }) => registered !== undefined)
    .map((item) => ({
      ...applicationOf(item),
      ...(deployment && { usagePlan: planFor(item.key, deployment) }),
    }));
}

function shownPlan({ rateLimit, burstLimit, isDefault }: AppliedPlan): string {
  return `${rateLimit}/s, ${burstLimit} at once${isDefault ? '' : ', its own'}`;
}

function othersOf(items: readonly TableItem[]): string[] {
  return items.filter(({ registered }) => registered === undefined).map(({ key }) => key);
}

function applicationOf({ key, attributes, registered }: TableItem): Application {
  const { AccessRoleName, RegisteredAt, SharedBy, SharedWith, SessionTags, Trust } = attributes;
  const tenantKey = registered?.sessionTagKey;
  return {
    application: key,
    ...optional('accessRole', AccessRoleName),
    tagKeys: [...(tenantKey === undefined ? [] : [tenantKey]), ...Object.keys(Object(SessionTags))],
    issuers: issuersOf(attributes),
    ...optional('sharedBy', SharedBy),
    sharedWith: Array.isArray(SharedWith) ? SharedWith.map(String) : [],
    ...optional('registeredAt', RegisteredAt),
    ...optional('version', registered?.version),
    ...optional('trust', Trust),
    ...optional('revokedAt', registered?.revokedAt),
  };
}

function issuersOf(attributes: TableItem['attributes']): string[] {
  const listed: unknown[] = Array.isArray(attributes['Issuers']) ? attributes['Issuers'] : [attributes];
  return listed.flatMap((issuer) => {
    const { Issuer, JWKSetURL } = Object(issuer) as Record<string, unknown>;
    return [Issuer ?? JWKSetURL].filter((name) => typeof name === 'string');
  });
}

function shownFirst(first: string | undefined, others: number): string | undefined {
  return first !== undefined && others > 0 ? `${first} and ${others} more` : first;
}

function optional<Name extends Exclude<keyof Application, 'usagePlan'>>(
  name: Name,
  value: unknown,
): { [Key in Name]?: string } {
  return (typeof value === 'string' ? { [name]: value } : {}) as { [Key in Name]?: string };
}

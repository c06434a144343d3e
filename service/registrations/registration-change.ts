// What a write changed of a registration: what the audit must be able to tell of it.
import { renderRegistration } from './registration-document.ts';
import type { StoredRegistration } from './stored-registration.ts';

export interface RegistrationChange {
  /** The registration as it is now, or as it was when it was removed. */
  readonly registration: Readonly<Record<string, unknown>>;
  /** Absent where everything stayed as it was. */
  readonly written?: 'created' | 'replaced' | 'removed';
  /** Of one that was replaced, the fields that differ. */
  readonly changes?: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** One of the two is there at least. */
export function changeOf(
  before: StoredRegistration | undefined,
  after: StoredRegistration | undefined,
): RegistrationChange {
  const [was, is] = [before && shown(before), after && shown(after)];
  if (!was || !is) return { registration: is ?? was ?? {}, written: is ? 'created' : 'removed' };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const different = names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  if (different.length === 0) return { registration: is };
  const changes = different.map((name) => [name, { before: was[name], after: is[name] }]);
  return { registration: is, written: 'replaced', changes: Object.fromEntries(changes) };
}

/** The document, and whom it binds. */
function shown(stored: StoredRegistration): Record<string, unknown> {
  return {
    ...renderRegistration(stored),
    ApplicationRoleId: stored.applicationRoleId,
    AccessRoleId: stored.accessRoleId,
    SharedBy: stored.sharedBy,
    Trust: stored.trust,
  };
}

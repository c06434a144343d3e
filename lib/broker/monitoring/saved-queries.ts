// The broker's queries of its logs: those of lib/broker/queries/.
import { type Query, queriesIn } from '../../monitoring/saved-queries.ts';

/** All that there are. */
export const queries = queriesIn(new URL('../queries/', import.meta.url));

/** About what only a broker with data access logs. */
const ofDataAccess = [
  'AccessGrantsFailures',
  'IdentityCenterFailures',
  'MisconfiguredLocations',
  'GrantsOfAccessRoles',
  'WhoGotData',
];

/** About what only a broker that shares sessions logs. */
const ofSharedSessions = ['SharedSessionsFallback'];

/** Those that are saved with a broker. */
export function queriesOf({
  dataAccess,
  sharedSessions = false,
}: {
  readonly dataAccess?: object | undefined;
  readonly sharedSessions?: boolean;
}): readonly Query[] {
  const without = [...(dataAccess ? [] : ofDataAccess), ...(sharedSessions ? [] : ofSharedSessions)];
  return queries.filter(({ name }) => !without.includes(name));
}

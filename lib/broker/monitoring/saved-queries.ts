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

/** Those that are saved with a broker. */
export function queriesOf({ dataAccess }: { readonly dataAccess?: object | undefined }): readonly Query[] {
  return dataAccess ? queries : queries.filter(({ name }) => !ofDataAccess.includes(name));
}

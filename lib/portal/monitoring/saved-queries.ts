// The portal's queries of its logs: those of lib/portal/queries/.
import { queriesIn } from '../../monitoring/saved-queries.ts';

export const queries = queriesIn(new URL('../queries/', import.meta.url));

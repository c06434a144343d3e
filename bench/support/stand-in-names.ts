// What the stand-ins tell by the name of an application: all are registered, and share a JWK set, but for these.

/** Names of applications that nobody has registered begin so. */
export const UNREGISTERED = 'New';
/** Names of applications whose JWK set no other has begin so. */
export const WITH_OWN_KEYS = 'Own';
/** Names of applications with data access begin so. */
export const WITH_DATA_ACCESS = 'Data';
/** The table of sessions that environments share. */
export const SHARED_SESSIONS = 'SharedSessions';

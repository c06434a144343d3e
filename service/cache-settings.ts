// What an execution environment keeps, and for how long.

/** What one execution environment keeps, and for how long: see the table of caches in docs/architecture.md. */
export interface CacheSettings {
  readonly registrationCacheSeconds: number;
  readonly jwksCacheSeconds: number;
  readonly tokenCacheSeconds: number;
  readonly maxCachedSessions: number;
}

export const cacheDefaults: CacheSettings = {
  registrationCacheSeconds: 30,
  jwksCacheSeconds: 600,
  tokenCacheSeconds: 300,
  maxCachedSessions: 10_000,
};

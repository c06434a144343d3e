// The settings that a deployment and its function both default, and must default alike.

export const defaultSettings = {
  usagePlans: {
    default: { rateLimit: 100, burstLimit: 200 },
    registration: { rateLimit: 5, burstLimit: 20 },
    applications: {},
  },
  jwksHosts: [],
  registrars: [],
  requirePinnedTrust: false,
  requireIssuer: false,
  requireAudience: false,
  clockLeewaySeconds: 60,
  auditSubject: 'hashed',
  dynamoDbTimeoutMs: 1_000,
  stsTimeoutMs: 1_500,
  jwksTimeoutMs: 2_000,
  maxAttempts: 2,
  requestBudgetMs: 8_000,
  registrationCacheSeconds: 30,
  jwksCacheSeconds: 600,
  tokenCacheSeconds: 300,
  maxCachedSessions: 10_000,
} as const;

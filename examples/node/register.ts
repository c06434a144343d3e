import { SessionBroker } from 'iam-session-broker-client';

const registrar = new SessionBroker({ endpoint: process.env['ISB_API_ENDPOINT'] ?? '', region: 'eu-west-1' });
const { Warnings } = await registrar.register({
  AccessRoleName: 'AppAccess',
  SessionTagKey: 'TenantID',
  JWTClaimName: 'tenant',
  JWKSetURL: process.env['ISB_JWKS_URL'] ?? 'https://login.example.com/jwks.json',
  Issuer: 'https://login.example.com',
  Audience: 'tenant-api',
});
for (const { Code, Message } of Warnings) console.warn(Code, Message);

// A bucket with an object of each tenant, an application that reads them through the broker, and a process that is it.
import { createBucket, dataOf } from '../../../client/account/tenant-bucket.ts';
import type { ApplicationOptions, Broker, BrokerApplication } from './broker.ts';

export const bucket = 'tenant-objects';
const tenants = ['Yellow', 'Blue'] as const;
export type Tenant = (typeof tenants)[number];

export async function createTenantObjects(broker: Broker): Promise<void> {
  await createBucket(broker.clients.s3, { bucket, region: broker.sandbox.account.region, tenants });
}

/** Registered; its access role reads a tenant's own objects. */
export async function createReader(
  broker: Broker,
  name: string,
  options: ApplicationOptions & { readonly SessionDurationSeconds?: number } = {},
): Promise<BrokerApplication> {
  const app = broker.createApplication(name, options);
  broker.sandbox.account.identities.putRolePolicy(app.accessRoleName, 'ReadObjects', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/\${aws:PrincipalTag/TenantID}/*`,
      },
    ],
  });
  const { SessionDurationSeconds } = options;
  const registration = { ...app.registration(), ...(SessionDurationSeconds && { SessionDurationSeconds }) };
  const { status, body } = await app.call('POST', 'applications', registration);
  if (status !== 201) throw new Error(`${name} is not registered: ${JSON.stringify(body)}`);
  return app;
}

/** What a process of the application has in its environment. */
export function environmentOf({ own }: BrokerApplication, broker: Broker, endpoint: string) {
  const { account, environment } = broker.sandbox;
  return {
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: environment['AWS_ENDPOINT_URL'] as string,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken as string,
    ISB_API_ENDPOINT: endpoint,
  };
}

export const contentOf = dataOf;
export const objectOf = (tenant: Tenant) => ({ bucket, key: `${tenant}/file.txt` });

/** How many requests for credentials the broker has decided on. */
export const requestsOf = (broker: Broker, { roleName }: BrokerApplication) =>
  broker.recordsOf(roleName).filter(({ operation }) => operation === 'GetCredentials').length;

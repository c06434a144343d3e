// The broker of the story: people in a directory, an application that acts for them, and one that has tenants.
import { IAMClient } from '@aws-sdk/client-iam';
import { Cleanup } from '../../client/account/cleanup.ts';
import { type ClientConfig, createClients, readOutputs } from '../../client/account/clients.ts';
import type { Account } from '../../client/account/roles.ts';
import { createBucket, deleteBucket } from '../../client/account/tenant-bucket.ts';
import type { AccessGrants } from './access-grants.ts';
import { type ApplicationPlace, registerApplication } from './application.ts';
import type { BrokeredStage, DirectoryStage, TenantStage } from './brokered.ts';
import { Directory, emailOf } from './directory.ts';
import type { Issuer } from './issuer.ts';
import { type Department, departments, grants } from './shopfast.ts';

/** The application that the environment's settings name one for in IAM Identity Center. */
export const APPLICATION = 'ShopFast';
const TENANTS = ['Blue', 'Yellow'] as const;
const TENANTS_BUCKET = 'shopfast-tenants';

export interface BrokerStage {
  readonly account: Account;
  readonly clientConfig: ClientConfig;
  /** How the stacks' names end: `Sandbox`. */
  readonly environmentName: string;
  readonly issuer: Issuer;
  /** Where the broker finds the issuer's keys, by https. */
  readonly jwksUrl: string;
}

/** Departments that are granted as users, and those that are as groups. */
const granteeTypeOf = (department: Department) =>
  departments.indexOf(department) % 2 === 0 ? 'DIRECTORY_USER' : 'DIRECTORY_GROUP';

/** @param accessGrants whose location the grants are of */
export async function openBroker(
  stage: BrokerStage,
  accessGrants: AccessGrants,
  locationId: string,
): Promise<BrokeredStage> {
  const cleanup = new Cleanup();
  const { cloudFormation } = createClients(stage.clientConfig);
  const outputs = await readOutputs(cloudFormation, stage.environmentName);
  const place: ApplicationPlace = {
    ...stage,
    iam: new IAMClient(stage.clientConfig),
    endpoint: outputs.endpoint,
    servicePrincipalRoleName: outputs.servicePrincipalRoleName,
    cleanup,
  };
  const close = async () => void (await cleanup.run());
  try {
    const directory = await openDirectory(stage, place, accessGrants, locationId);
    const tenants = await openTenants(stage, place, accessGrants, locationId);
    return { directory, tenants, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const common = ({ issuer, jwksUrl }: BrokerStage) => ({
  SessionTagKey: 'TenantID',
  JWTClaimName: 'tenant',
  JWKSetURL: jwksUrl,
  Issuer: issuer.url,
  Audience: APPLICATION,
});

async function openDirectory(
  stage: BrokerStage,
  place: ApplicationPlace,
  accessGrants: AccessGrants,
  locationId: string,
): Promise<DirectoryStage> {
  const directory = new Directory(stage.clientConfig, place.cleanup);
  const { instanceArn } = await directory.instance();
  const applicationArn = await directory.applicationArn(instanceArn);
  await accessGrants.associate(instanceArn, place.cleanup);
  for (const department of departments) {
    const grantee = await directory.add(department, granteeTypeOf(department), applicationArn);
    for (const { bucket, prefix, permission } of grants.filter((grant) => grant.department === department))
      await accessGrants.grantTo(
        locationId,
        grantee,
        { subPrefix: `${bucket}/${prefix}*`, permission },
        place.cleanup,
      );
  }
  const broker = await registerApplication(place, APPLICATION, {
    ...common(stage),
    AccessMode: 'IdentityContext',
    AccessGrants: { Privilege: 'Minimal' },
  });
  const { issuer } = stage;
  return {
    broker,
    granteeTypeOf,
    tokenOf: (department) => issuer.tokenOf(emailOf(department), { tenant: 'ShopFast' }),
    strangerToken: () => issuer.tokenOf('stranger@shopfast.example.com', { tenant: 'ShopFast' }),
  };
}

async function openTenants(
  stage: BrokerStage,
  place: ApplicationPlace,
  accessGrants: AccessGrants,
  locationId: string,
): Promise<TenantStage> {
  const { s3 } = createClients(stage.clientConfig);
  const made = { bucket: TENANTS_BUCKET, region: stage.account.region, tenants: TENANTS };
  place.cleanup.add(`the bucket ${TENANTS_BUCKET}`, () => deleteBucket(s3, made));
  await createBucket(s3, made);
  const roleName = `${APPLICATION}Tenants`;
  const broker = await registerApplication(place, roleName, {
    ...common(stage),
    AccessGrants: { TargetTemplate: `s3://${TENANTS_BUCKET}/{TenantID}/*` },
  });
  const { partition, accountId } = stage.account;
  const granteeIdentifier = `arn:${partition}:iam::${accountId}:role/${roleName}Access`;
  const grantee = { granteeType: 'IAM', granteeIdentifier } as const;
  const all = { subPrefix: `${TENANTS_BUCKET}/*`, permission: 'READWRITE' } as const;
  await accessGrants.grantTo(locationId, grantee, all, place.cleanup);
  return {
    broker,
    bucket: TENANTS_BUCKET,
    tenants: TENANTS,
    tokenOf: (tenant) => stage.issuer.tokenOf(`somebody@${tenant.toLowerCase()}.example.com`, { tenant }),
  };
}

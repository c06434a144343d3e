// The settings that the broker has besides its own where it has data access: their names, and how they are read.
import { isJsonObject } from '../json.ts';
import { required, type Variables, variables, wholeNumber } from '../variables.ts';

export const DataAccessVariable = {
  /** The account whose instance of S3 Access Grants is asked: twelve digits. */
  accessGrantsAccount: 'ACCESS_GRANTS_ACCOUNT',
  /** JSON: name of an application → ARN of its application in IAM Identity Center. */
  identityCenterApplications: 'IDENTITY_CENTER_APPLICATIONS',
  /** Name of the table of exchanges; unset where there are no such applications. */
  identityContextsTableName: 'IDENTITY_CONTEXTS_TABLE_NAME',
  /** Seconds that credentials for data are handed out without asking anew. */
  grantCacheSeconds: 'GRANT_CACHE_SECONDS',
} as const;

export const dataAccessDefaults = { grantCacheSeconds: 300 } as const;

export interface DataAccessEnvironment {
  readonly accessGrantsAccount: string;
  readonly identityCenterApplications: ReadonlyMap<string, string>;
  readonly identityContextsTableName: string | undefined;
  readonly grantCacheSeconds: number;
  readonly region: string;
  /** Where S3 Control and IAM Identity Center's OIDC service are. */
  readonly endpoints: { readonly s3Control: string; readonly ssoOidc: string };
}

/** Throws at initialization, naming the variable, when one is missing or malformed. */
export function readDataAccessEnvironment(from: Variables = variables): DataAccessEnvironment {
  const region = required(from, 'AWS_REGION');
  const accessGrantsAccount = required(from, DataAccessVariable.accessGrantsAccount);
  const applications = applicationsIn(from[DataAccessVariable.identityCenterApplications] ?? '{}');
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  const endpointOf = (service: string, byDefault: string) =>
    from[`AWS_ENDPOINT_URL_${service}`] ?? from['AWS_ENDPOINT_URL'] ?? byDefault;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    accessGrantsAccount,
    identityCenterApplications: applications,
    identityContextsTableName:
      applications.size > 0 ? required(from, DataAccessVariable.identityContextsTableName) : undefined,
    grantCacheSeconds: wholeNumber(
      from,
      DataAccessVariable.grantCacheSeconds,
      dataAccessDefaults.grantCacheSeconds,
      0,
    ),
    region,
    endpoints: {
      s3Control: endpointOf('S3_CONTROL', `https://${accessGrantsAccount}.s3-control.${region}.${suffix}`),
      ssoOidc: endpointOf('SSO_OIDC', `https://oidc.${region}.${suffix}`),
    },
  };
}

function applicationsIn(text: string): ReadonlyMap<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {}
  if (!isJsonObject(parsed) || Object.values(parsed).some((arn) => typeof arn !== 'string')) {
    throw new Error(
      `the environment variable ${DataAccessVariable.identityCenterApplications} must be a JSON object of ARNs`,
    );
  }
  return new Map(Object.entries(parsed) as [string, string][]);
}

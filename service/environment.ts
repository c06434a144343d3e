// The function's settings: their names, and the only place that reads process.env.

/**
 * Names of the environment variables that the infrastructure sets and the function reads.
 *
 * `lib/` imports this object and nothing else of `service/`.
 */
export const EnvironmentVariable = {
  /** Name of the AccessMetadata table. */
  accessMetadataTableName: 'ACCESS_METADATA_TABLE_NAME',
  /** ARN of the service role; partition and account of the deployment are read off it. */
  serviceRoleArn: 'SERVICE_ROLE_ARN',
  /** Comma-separated host names that a JWKSetURL may have; empty or unset: any public DNS name. */
  jwksHosts: 'JWKS_HOSTS',
} as const;

export interface Environment {
  readonly accessMetadataTableName: string;
  readonly serviceRoleArn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits: the account of the deployment, and of every caller and access role. */
  readonly accountId: string;
  /** Lower case; empty: any public DNS name. */
  readonly jwksHosts: readonly string[];
}

/** Reads the settings. Throws at initialization, naming the variable, when one is missing or malformed. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const serviceRoleArn = required(variables, EnvironmentVariable.serviceRoleArn);
  const arn = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/.+$/.exec(serviceRoleArn);
  if (!arn?.[1] || !arn[2]) {
    throw new Error(`${EnvironmentVariable.serviceRoleArn} must be the ARN of an IAM role`);
  }
  return {
    accessMetadataTableName: required(variables, EnvironmentVariable.accessMetadataTableName),
    serviceRoleArn,
    partition: arn[1],
    accountId: arn[2],
    jwksHosts: (variables[EnvironmentVariable.jwksHosts] ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
  };
}

function required(variables: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

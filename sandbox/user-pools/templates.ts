// User pools and their app clients, built from the properties of their templates.
import { randomInt } from 'node:crypto';
import { AttributeSchema, type SchemaAttributeProperties } from './attribute-schema.ts';
import { PasswordPolicy, type PasswordPolicyProperties } from './password-policy.ts';
import { SigningKeys } from './signing-keys.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** The account that a pool is created in. */
interface UserPoolOwner {
  readonly region: string;
  readonly issuerBaseUrl: string;
  readonly userPools: Map<string, UserPool>;
}

interface UserPoolProperties {
  readonly UserPoolName?: string;
  readonly Schema?: readonly SchemaAttributeProperties[];
  readonly Policies?: { readonly PasswordPolicy?: PasswordPolicyProperties };
  readonly MfaConfiguration?: string;
}

/** Messages, recovery, sign-up and deletion: the sandbox has no operation that they would change. */
const inertUserPoolProperties = [
  'AccountRecoverySetting',
  'AdminCreateUserConfig',
  'AutoVerifiedAttributes',
  'DeletionProtection',
  'EmailConfiguration',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'SmsVerificationMessage',
  'UserPoolTags',
  'UserPoolTier',
  'VerificationMessageTemplate',
];

/** A user lacking a required attribute is created all the same, and no operation here changes one. */
const schemaProperties = ['Name', 'AttributeDataType', 'Mutable', 'Required', 'StringAttributeConstraints'];

/** Temporary passwords do not expire here, so their validity is of no effect. */
const passwordPolicyProperties = [
  'MinimumLength',
  'RequireLowercase',
  'RequireNumbers',
  'RequireSymbols',
  'RequireUppercase',
  'TemporaryPasswordValidityDays',
];

/**
 * Creates the pool of an AWS::Cognito::UserPool with fresh signing keys and adds it to the account.
 * Throws for a property that the sandbox does not know, so that none is left out silently.
 */
export async function createUserPool(
  account: UserPoolOwner,
  properties: Readonly<Record<string, unknown>>,
): Promise<UserPool> {
  refuseUnknown('AWS::Cognito::UserPool', properties, [
    'UserPoolName',
    'Schema',
    'Policies',
    'MfaConfiguration',
    ...inertUserPoolProperties,
  ]);
  const {
    UserPoolName,
    Schema = [],
    Policies = {},
    MfaConfiguration = 'OFF',
  }: UserPoolProperties = properties;
  for (const attribute of Schema) refuseUnknown('Schema', attribute, schemaProperties);
  refuseUnknown('Policies', Policies, ['PasswordPolicy']);
  refuseUnknown('PasswordPolicy', Policies.PasswordPolicy ?? {}, passwordPolicyProperties);
  if (MfaConfiguration !== 'OFF') throw new Error('The sandbox has no multi-factor authentication');
  const userPoolId = `${account.region}_${randomId(9, `${lowerCase.toUpperCase()}${lowerCase}${digits}`)}`;
  const schema = new AttributeSchema(Schema);
  const keys = await SigningKeys.create();
  const userPool: UserPool = {
    userPoolId,
    name: UserPoolName ?? userPoolId,
    issuer: `${account.issuerBaseUrl}/${userPoolId}`,
    customAttributes: schema.customAttributes,
    schema,
    passwordPolicy: new PasswordPolicy(Policies.PasswordPolicy),
    clients: new Map(),
    users: new Map(),
    get jwks() {
      return keys.jwks;
    },
    sign: (claims) => keys.sign(claims),
    rotateKey: (options) => keys.rotate(options),
  };
  account.userPools.set(userPoolId, userPool);
  return userPool;
}

type TokenUnit = 'seconds' | 'minutes' | 'hours' | 'days';

interface UserPoolClientProperties {
  readonly ExplicitAuthFlows?: readonly string[];
  readonly PreventUserExistenceErrors?: 'ENABLED' | 'LEGACY';
  readonly IdTokenValidity?: number;
  readonly AccessTokenValidity?: number;
  readonly TokenValidityUnits?: { readonly IdToken?: TokenUnit; readonly AccessToken?: TokenUnit };
  readonly ReadAttributes?: readonly string[];
  readonly WriteAttributes?: readonly string[];
  readonly GenerateSecret?: boolean;
  readonly EnableTokenRevocation?: boolean;
}

/** Hosted sign-in and refresh tokens: the sandbox has neither. `WriteAttributes` bind users, who cannot write here. */
const inertUserPoolClientProperties = [
  'AllowedOAuthFlows',
  'AllowedOAuthFlowsUserPoolClient',
  'AllowedOAuthScopes',
  'AuthSessionValidity',
  'CallbackURLs',
  'ClientName',
  'LogoutURLs',
  'RefreshTokenValidity',
  'SupportedIdentityProviders',
  'UserPoolId',
];

const secondsIn: Readonly<Record<TokenUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};

/**
 * Creates the client of an AWS::Cognito::UserPoolClient and adds it to the pool. Throws for a property
 * that the sandbox does not know, an attribute outside the pool's schema, and a token validity outside
 * Cognito's five minutes to one day.
 */
export function createUserPoolClient(
  userPool: UserPool,
  properties: Readonly<Record<string, unknown>>,
): UserPoolClient {
  refuseUnknown('AWS::Cognito::UserPoolClient', properties, [
    'ExplicitAuthFlows',
    'PreventUserExistenceErrors',
    'IdTokenValidity',
    'AccessTokenValidity',
    'TokenValidityUnits',
    'ReadAttributes',
    'WriteAttributes',
    'GenerateSecret',
    'EnableTokenRevocation',
    ...inertUserPoolClientProperties,
  ]);
  const client: UserPoolClientProperties = properties;
  if (client.GenerateSecret) throw new Error('The sandbox has no app clients with a secret');
  if (client.EnableTokenRevocation === false)
    throw new Error('The sandbox has no app clients without revocation');
  for (const name of [...(client.ReadAttributes ?? []), ...(client.WriteAttributes ?? [])]) {
    if (!userPool.schema.has(name)) throw new Error(`The user pool has no attribute ${name}`);
  }
  const units = client.TokenValidityUnits;
  const userPoolClient: UserPoolClient = {
    clientId: randomId(26, `${lowerCase}${digits}`),
    explicitAuthFlows: client.ExplicitAuthFlows ?? defaultAuthFlows,
    idTokenSeconds: tokenSeconds('IdTokenValidity', client.IdTokenValidity, units?.IdToken),
    accessTokenSeconds: tokenSeconds('AccessTokenValidity', client.AccessTokenValidity, units?.AccessToken),
    preventUserExistenceErrors: client.PreventUserExistenceErrors === 'ENABLED',
    readAttributes: client.ReadAttributes && new Set(client.ReadAttributes),
  };
  userPool.clients.set(userPoolClient.clientId, userPoolClient);
  return userPoolClient;
}

const defaultAuthFlows = ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];

/** Hours where the template names no unit; one hour where it names no validity. */
function tokenSeconds(property: string, validity = 1, unit: TokenUnit = 'hours'): number {
  const seconds = validity * secondsIn[unit];
  if (seconds >= 300 && seconds <= 86_400) return seconds;
  throw new Error(`${property} must be between 5 minutes and 1 day: ${validity} ${unit}`);
}

function refuseUnknown(owner: string, properties: object, known: readonly string[]): void {
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${owner}: the sandbox does not know ${unknown.join(', ')}`);
}

const lowerCase = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

function randomId(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

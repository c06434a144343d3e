// The schemas of docs/openapi.json: those that validate requests, what refinements say beside them, and the answers.
import * as z from 'zod/mini';
import { applicationName, roleId } from '../service/broker/registrant.ts';
import { errorTable } from '../service/error-table.ts';
import { registrationFields } from '../service/registrations/registration.ts';
import { claimReference } from '../service/registrations/schema.ts';
import { issuerFields, MAX_ISSUERS } from '../service/registrations/trusted-issuer.ts';
import { accessFields, accessTogether, grantedFields, grants, grantsFields } from './openapi-data-access.ts';

export type JsonSchema = Record<string, unknown>;

/** What a refinement says of a field, wherever it stands: its check is a function, which no schema shows. */
const refined: Readonly<Record<string, JsonSchema>> = {
  Algorithms: { minItems: 1, maxItems: 22 },
  RequiredClaims: { minProperties: 1, maxProperties: 50 },
  Issuers: { minItems: 1, maxItems: MAX_ISSUERS },
  ClaimForms: { minItems: 1, maxItems: 10 },
  TransitiveTagKeys: { maxItems: 50 },
  SessionDurationSeconds: { type: 'integer', minimum: 900, maximum: 3600, default: 3600 },
  SessionTagValues: { default: 'Strict' },
  SessionTags: { maxProperties: 49 },
  SharedWith: { minItems: 1, maxItems: 50 },
};

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  description,
  ...more,
});

function portable(schema: JsonSchema): void {
  const { pattern } = schema;
  if (typeof pattern !== 'string') return;
  const [, longest] = /^\^\[\^\]\{1,(\d+)\}\$$/.exec(pattern) ?? [];
  if (longest !== undefined) {
    // [^] is JavaScript's own; both count code points.
    delete schema['pattern'];
    Object.assign(schema, { minLength: 1, maxLength: Number(longest) });
  }
  // JSON Schema has no flag for case.
  else schema['pattern'] = pattern.replace('(?!aws:)', '(?![aA][wW][sS]:)');
}

const fields = z.toJSONSchema(registrationFields, {
  io: 'input',
  override({ zodSchema, jsonSchema, path }) {
    portable(jsonSchema as JsonSchema);
    // RFC 6901, in what begins with a slash.
    if (zodSchema === claimReference) jsonSchema.pattern = '^(?:[^/]|/(?:[^~]|~[01])*$)';
    const [within, name = ''] = path.slice(-2);
    if (within === 'properties') Object.assign(jsonSchema, refined[name]);
    // Of several, or one: what is listed is at most 50.
    if (jsonSchema.type === 'array' && within === 'anyOf')
      Object.assign(jsonSchema, { minItems: 1, maxItems: 50 });
  },
}) as { properties: Record<string, JsonSchema>; required: string[] };

/** What no field says by itself. */
const together: JsonSchema[] = [
  { anyOf: [{ required: ['AccessRoleName'] }, { required: ['AccessPrincipalRoleName'] }] },
  {
    oneOf: [
      { required: ['JWKSetURL'], not: { required: ['Issuers'] } },
      {
        required: ['Issuers'],
        not: { anyOf: Object.keys(issuerFields).map((name) => ({ required: [name] })) },
      },
    ],
  },
  {
    anyOf: [
      { required: ['JWTClaimName'] },
      { required: ['Issuers'], properties: { Issuers: { items: { required: ['SessionTagValue'] } } } },
    ],
  },
];

const { AccessPrincipalRoleName: _, ...answered } = fields.properties;

const registrationRequest: JsonSchema = {
  type: 'object',
  properties: {
    ...fields.properties,
    ApplicationName: text('Of a registrar: whom it registers.', { pattern: applicationName.pattern.source }),
    ApplicationRoleId: text('Of a registrar: the unique id of the application’s role.', {
      pattern: roleId.pattern.source,
    }),
  },
  required: fields.required,
  additionalProperties: false,
  allOf: together,
};

const warnings = (description: string): JsonSchema => ({
  type: 'array',
  items: {
    type: 'object',
    properties: { Code: { type: 'string' }, Message: { type: 'string' } },
    required: ['Code', 'Message'],
  },
  description,
});

const registration: JsonSchema = {
  type: 'object',
  properties: {
    ApplicationName: text('Name of the application’s role.'),
    ApplicationRoleId: text('Unique id of the application’s role.'),
    ...answered,
    ExternalId: text('What the access role’s trust policy should require: the application’s name.'),
    AccessRoleId: text('Unique id of the access role.'),
    SharedBy: text('The application that the access role belongs to, where it is another’s.'),
    RevokedAt: text('When the application’s sessions were last revoked.', { format: 'date-time' }),
    RegisteredAt: text('When it was written.', { format: 'date-time' }),
    Warnings: warnings('What the application should still do.'),
  },
  required: [
    ...['ApplicationName', 'ApplicationRoleId', 'AccessRoleName', 'SessionTagKey', 'SessionTagValues'],
    ...['SessionDurationSeconds', 'ExternalId', 'RegisteredAt', 'Warnings'],
  ],
};

const credentials: JsonSchema = {
  type: 'object',
  properties: {
    Version: { const: 1, description: 'What a credential_process prints begins with it.' },
    AccessKeyId: text('Of the session.'),
    SecretAccessKey: text('Of the session.'),
    SessionToken: text('Of the session.'),
    Expiration: text('When the session ends, UTC.', { format: 'date-time' }),
    Tags: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'The session’s tags, key → value.',
    },
    ...grantedFields,
    Warnings: warnings('What whoever asked should know: that an identity context alone reaches little.'),
  },
  dependentRequired: {
    MatchedGrantTarget: ['Permission', 'Grantee'],
    Permission: ['MatchedGrantTarget', 'Grantee'],
    Grantee: ['MatchedGrantTarget', 'Permission'],
  },
  required: ['Version', 'AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration', 'Tags'],
};

const jwt = text('The user’s token.', { minLength: 1, maxLength: 32_768 });

const gatewayRefusal: JsonSchema = {
  type: 'object',
  properties: { message: { type: 'string' } },
  required: ['message'],
  description: 'API Gateway’s own, before the broker sees the request.',
};

/** The codes of a status, as one schema. */
function refusal(statusCode: number): JsonSchema {
  const codes = Object.entries(errorTable).filter(([, entry]) => entry.statusCode === statusCode);
  return {
    type: 'object',
    properties: {
      code: {
        type: 'string',
        enum: codes.map(([code]) => code),
        description: codes
          .map(([code, { meaning, remedy }]) => `- \`${code}\`: ${meaning} ${remedy}`)
          .join('\n'),
      },
      message: text('For people; may change.'),
      requestId: { type: 'string' },
    },
    required: ['code', 'message', 'requestId'],
  };
}

/** Every status of a refusal. */
export const refusedStatuses = [
  ...new Set(Object.values(errorTable).map(({ statusCode }) => statusCode)),
].sort((one, other) => one - other);

export const schemas: Readonly<Record<string, JsonSchema>> = {
  RegistrationRequest: registrationRequest,
  Registration: registration,
  CredentialsRequest: {
    type: 'object',
    properties: { JWT: jwt, ...accessFields },
    required: ['JWT'],
    dependentRequired: accessTogether,
    additionalProperties: false,
  },
  Credentials: credentials,
  GrantsRequest: {
    type: 'object',
    properties: { JWT: jwt, ...grantsFields },
    required: ['JWT'],
    additionalProperties: false,
  },
  Grants: grants,
  GatewayRefusal: gatewayRefusal,
  ...Object.fromEntries(refusedStatuses.map((status) => [`Refusal${status}`, refusal(status)])),
};

// Of docs/openapi.json, what a broker that gives access to data takes and answers besides.

const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f';
const KEY = `[^*?${CONTROL}]`;

const target = {
  type: 'string',
  maxLength: 2_000,
  // An asterisk at the end alone; an object ends in no slash; nothing that a policy would take for a variable.
  pattern: `^s3://[A-Za-z0-9][A-Za-z0-9_.-]+/(?!.*\\$\\{)(?:${KEY}*\\*|${KEY}*[^*?/${CONTROL}])$`,
  description:
    'Which data, where the registration has AccessGrants: all below a prefix, `s3://bucket/prefix/*`, or one object, `s3://bucket/key`.',
};
const permission = {
  type: 'string',
  enum: ['READ', 'WRITE', 'READWRITE'],
  description: 'What is to be done there. Required with a target.',
};
const durationSeconds = {
  type: 'integer',
  minimum: 900,
  maximum: 43_200,
  description:
    'How long the credentials last, up to the registration’s MaxDurationSeconds; by default the smaller of 3600 and that.',
};
const grantScope = {
  type: 'string',
  maxLength: 2_000,
  pattern: `^s3://[^${CONTROL}]*$`,
  description: 'Only the grants whose scope begins so.',
};
const maxResults = { type: 'integer', minimum: 1, maximum: 1_000, description: 'How many a page may have.' };
const nextToken = { type: 'string', minLength: 1, description: 'The page after one that ended with it.' };

/** Beside the token, in the body of a request for credentials. */
export const accessFields = { Target: target, Permission: permission, DurationSeconds: durationSeconds };

/** None of the three stands without the first two. */
export const accessTogether = {
  Target: ['Permission'],
  Permission: ['Target'],
  DurationSeconds: ['Target', 'Permission'],
};

/** Beside the token, in the body of a request for grants. */
export const grantsFields = { GrantScope: grantScope, MaxResults: maxResults, NextToken: nextToken };

const parameter = (name: string, schema: { readonly description: string }) => {
  const { description, ...rest } = schema;
  return { name, in: 'query', description, schema: rest };
};
/** API Gateway joins the values of a parameter that stands twice by commas. */
const COMMA = 'One with a comma goes by POST.';

export const accessParameters = [
  parameter('target', { ...target, description: `${target.description} ${COMMA}` }),
  parameter('permission', permission),
  parameter('durationSeconds', durationSeconds),
];
export const grantsParameters = [
  parameter('grantScope', { ...grantScope, description: `${grantScope.description} ${COMMA}` }),
  parameter('maxResults', maxResults),
  parameter('nextToken', nextToken),
];

/** Beside the credentials, in an answer for data. */
export const grantedFields = {
  MatchedGrantTarget: {
    type: 'string',
    description: 'Which data the credentials reach: the target, or all of the grant that it lies in.',
  },
  Permission: { type: 'string', enum: permission.enum, description: 'What may be done there.' },
  Grantee: {
    type: 'object',
    properties: {
      GranteeType: { type: 'string', enum: ['IAM', 'DIRECTORY_USER', 'DIRECTORY_GROUP'] },
      GranteeIdentifier: { type: 'string', description: 'The ARN of the role, or the directory’s id.' },
    },
    required: ['GranteeType', 'GranteeIdentifier'],
    description: 'Whom the grant is to.',
  },
};

export const grants = {
  type: 'object',
  properties: {
    Grants: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          GrantScope: { type: 'string', description: 'Which data: `s3://bucket/prefix*`, or an object.' },
          Permission: { type: 'string', enum: permission.enum },
          ApplicationArn: {
            type: 'string',
            description: 'The application of IAM Identity Center that alone the grant is for.',
          },
        },
        required: ['GrantScope', 'Permission'],
      },
    },
    NextToken: { type: 'string', description: 'There is another page. This one may be empty all the same.' },
  },
  required: ['Grants'],
};

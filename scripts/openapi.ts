// docs/openapi.json: OpenAPI 3.1 of all routes.
import { readFileSync } from 'node:fs';
import { applicationName } from '../service/broker/registrant.ts';
import { accessParameters, grantsParameters } from './openapi-data-access.ts';
import { type JsonSchema, refusedStatuses, schemas } from './openapi-schemas.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const json = (name: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});
const ok = (name: string, description: string) => ({ description, content: json(name) });
const body = (name: string) => ({ required: true, content: json(name) });

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
};
const reasons: Readonly<Record<number, string>> = {
  400: 'The request is wrong.',
  403: 'Refused, by the broker or by API Gateway: signature, permission, token, claim or access role.',
  404: 'Not registered, or no such route.',
  409: 'It contradicts what is registered.',
  429: 'Over a usage plan (with Retry-After), or over the throttle of the route.',
  500: 'The broker failed.',
  503: 'A dependency failed: ask again.',
};

const responses = Object.fromEntries(
  refusedStatuses.map((status) => [
    `Refused${status}`,
    {
      description: reasons[status],
      ...([403, 429, 503].includes(status) && { headers: retryAfter }),
      content: {
        'application/json': {
          schema: {
            anyOf: [
              { $ref: `#/components/schemas/Refusal${status}` },
              { $ref: '#/components/schemas/GatewayRefusal' },
            ],
          },
        },
      },
    },
  ]),
);

function refusals(except: readonly number[] = []): JsonSchema {
  return {
    ...Object.fromEntries(
      refusedStatuses
        .filter((status) => !except.includes(status))
        .map((status) => [String(status), { $ref: `#/components/responses/Refused${status}` }]),
    ),
    default: { description: 'API Gateway’s own refusal.', content: json('GatewayRefusal') },
  };
}

const ofApplication = {
  name: 'applicationName',
  in: 'query',
  description: 'Of a registrar: whose registration. An application may name itself.',
  schema: { type: 'string', pattern: applicationName.pattern.source },
};
const registered = ok('Registration', 'The registration.');
const ofToken = { name: 'jwt', in: 'query', required: true, schema: { type: 'string', minLength: 1 } };
/** Nothing about tokens conflicts with anything. */
const ofCredentials = {
  '200': ok('Credentials', 'The tenant’s credentials, or those for the target.'),
  ...refusals([409]),
};
const ofGrants = { '200': ok('Grants', 'A page of the grants.'), ...refusals([409]) };

const ofDataAccess =
  'Where the deployment has `dataAccess`; elsewhere there is no such route, and no target is taken.';

/** The document; docs/openapi.json is its JSON. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'IAM Session Broker',
    version,
    summary: 'Tenant-scoped temporary AWS credentials for the applications of a multi-tenant SaaS.',
    description:
      'Generated from the schemas that validate requests and from service/error-table.ts by `npm run docs`. ' +
      'What the fields mean: docs/api.md.',
    license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  },
  servers: [
    {
      url: 'https://{host}',
      description: 'The stack’s output APIEndpoint, without the slash at its end.',
      variables: { host: { default: 'api-id.execute-api.eu-west-1.amazonaws.com' } },
    },
  ],
  security: [{ SigV4: [] }],
  paths: {
    '/applications': {
      post: {
        operationId: 'registerApplication',
        summary: 'Registers the application.',
        requestBody: body('RegistrationRequest'),
        responses: {
          '201': ok('Registration', 'Registered.'),
          '200': ok('Registration', 'Registered already, and identically.'),
          ...refusals(),
        },
      },
      put: {
        operationId: 'replaceApplication',
        summary: 'Replaces its registration.',
        requestBody: body('RegistrationRequest'),
        responses: { '200': registered, ...refusals() },
      },
      get: {
        operationId: 'showApplication',
        summary: 'Shows a registration.',
        parameters: [ofApplication],
        responses: { '200': registered, ...refusals([409]) },
      },
      delete: {
        operationId: 'deregisterApplication',
        summary: 'Deregisters the application.',
        parameters: [ofApplication],
        responses: { '200': ok('Registration', 'What was registered.'), ...refusals() },
      },
    },
    '/credentials': {
      get: {
        operationId: 'getCredentials',
        summary: 'Credentials for the tenant of a token, or for data that its user was granted.',
        parameters: [ofToken, ...accessParameters],
        responses: ofCredentials,
      },
      post: {
        operationId: 'postCredentials',
        summary: 'The same, with the token out of URLs and logs.',
        requestBody: body('CredentialsRequest'),
        responses: ofCredentials,
      },
    },
    '/grants': {
      get: {
        operationId: 'getGrants',
        summary: 'What the user of a token may reach in S3.',
        description: ofDataAccess,
        parameters: [ofToken, ...grantsParameters],
        responses: ofGrants,
      },
      post: {
        operationId: 'postGrants',
        summary: 'The same, with the token out of URLs and logs.',
        description: ofDataAccess,
        requestBody: body('GrantsRequest'),
        responses: ofGrants,
      },
    },
  },
  components: {
    schemas,
    responses,
    securitySchemes: {
      SigV4: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'AWS Signature Version 4, service execute-api, of an IAM role of the broker’s account.',
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
    },
  },
};

export function renderOpenApi(): string {
  return `${JSON.stringify(openApiDocument, undefined, 2)}\n`;
}

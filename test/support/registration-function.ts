// The registration's function without a network: what it asks is answered by script, and time passes on demand.
import { createHandler } from '../../client/infrastructure/registration/main.ts';
import type { HttpRequest } from '../../client/library/https.ts';
import { LibraryBroker, type ScriptedAnswer } from './library-broker.ts';

export const SECRETS = [
  'canary-function-secret',
  'canary-function-token',
  'canary-role-secret',
  'canary-role-token',
];
export const RESPONSE_URL = 'https://answers.example.com/one?signature=canary-signature';
export const FIVE_MINUTES = 300_000;

export const assumed = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
  <SecretAccessKey>canary-role-secret</SecretAccessKey><SessionToken>canary-role-token</SessionToken>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
export const stsError = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>no &lt;way&gt;</Message></Error></ErrorResponse>`;
export const registered = {
  ApplicationName: 'App',
  ApplicationRoleId: 'AROAAPP',
  ExternalId: 'App',
  AccessRoleId: 'AROAACCESS',
  Warnings: [{ Code: 'TrustNotPinned', Message: 'require sts:ExternalId' }],
};
export const notFound = { status: 404, body: { code: 'ApplicationNotFound', message: 'not registered' } };
export const forbidden = { status: 403, body: { message: 'Forbidden' } };

export const properties = {
  ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:f',
  Endpoint: 'https://broker.example.com/',
  Region: 'eu-west-1',
  RoleArn: 'arn:aws:iam::111122223333:role/App',
  ApplicationName: 'App',
  Registration: '{"AccessRoleName":"AppAccess","SessionTagKey":"TenantID","SessionDurationSeconds":900}',
};
export const requestOf = (RequestType: 'Create' | 'Update' | 'Delete', more: object = {}) => ({
  RequestType,
  RequestId: 'request-1',
  ResponseURL: RESPONSE_URL,
  StackId: 'stack',
  LogicalResourceId: 'Registration',
  ResourceProperties: properties,
  ...more,
});

type Asked = 'STS' | `${'GET' | 'POST' | 'PUT' | 'DELETE'} applications` | 'answer';

/** A function whose requests are answered by script; what is not scripted is granted. */
export function functionWith(
  script: Partial<Record<Asked, (times: number) => ScriptedAnswer>> = {},
  seconds = 120,
) {
  const network = new LibraryBroker();
  const asked: Asked[] = [];
  const logged: string[] = [];
  const told: Record<string, unknown>[] = [];
  const answers: Record<Asked, () => ScriptedAnswer> = {
    STS: () => ({ body: assumed }),
    answer: () => ({ body: {} }),
    'GET applications': () => notFound,
    'POST applications': () => ({ status: 201, body: registered }),
    'PUT applications': () => ({ body: registered }),
    'DELETE applications': () => ({ body: registered }),
  };
  network.script = (request: HttpRequest) => {
    const what = whatIs(request);
    asked.push(what);
    if (what === 'answer') told.push(JSON.parse(request.body ?? '') as Record<string, unknown>);
    const times = asked.filter((each) => each === what).length;
    return script[what]?.(times) ?? answers[what]();
  };
  const handler = createHandler({
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
      AWS_SECRET_ACCESS_KEY: 'canary-function-secret',
      AWS_SESSION_TOKEN: 'canary-function-token',
      PROPAGATION_SECONDS: String(seconds),
    },
    send: network.send,
    timing: network.timing,
    log: (line) => logged.push(line),
  });
  const startedAt = network.timing.elapsed();
  const left = () => FIVE_MINUTES - (network.timing.elapsed() - startedAt);
  const run = (event: object) => handler(event as never, { getRemainingTimeInMillis: left });
  const waitedMs = () => network.timing.elapsed() - startedAt;
  return { run, asked, logged, told, waitedMs, requests: network.requests };
}

function whatIs({ url, method }: HttpRequest): Asked {
  if (url.startsWith('https://sts.')) return 'STS';
  return url === RESPONSE_URL ? 'answer' : (`${method} applications` as Asked);
}

// The environment variables by which clients find the sandbox: the AWS CLI, SDKs, curl, applications.
import type { Account } from './account/account.ts';
import type { HttpApi } from './http-api/http-api.ts';
import type { HttpApis } from './http-api/http-apis.ts';

/** A stack that was not deployed, or has no such output, adds no variable. */
export function clientEnvironment(
  account: Account,
  httpApis: HttpApis,
  { awsEndpointUrl, caCertificatePath }: { awsEndpointUrl: string; caCertificatePath: string },
): Record<string, string> {
  const { administrator } = account.identities;
  const { served } = httpApis;
  const customDomain = served && httpApis.customDomainOf(served);
  return {
    AWS_ENDPOINT_URL: awsEndpointUrl,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: administrator.secretAccessKey,
    ...(customDomain
      ? customEndpoint(customDomain.name, account, served)
      : fromOutput(account, 'ISB_API_ENDPOINT', 'APIEndpoint')),
    ...fromOutput(account, 'ISB_JWKS_URL', 'JWKSetURL'),
    NODE_EXTRA_CA_CERTS: caCertificatePath,
    ...otherAccount(account),
  };
}

/** Of the account that was opened first beside the stacks' own, if any. */
function otherAccount({ all }: Account): Record<string, string> {
  const other = [...all.values()].find(({ isFirst }) => !isFirst);
  if (!other) return {};
  const { administrator } = other.identities;
  return {
    ISB_OTHER_ACCOUNT_ID: other.accountId,
    ISB_OTHER_ACCESS_KEY_ID: administrator.accessKeyId,
    ISB_OTHER_SECRET_ACCESS_KEY: administrator.secretAccessKey,
  };
}

/**
 * Where a custom domain name is served. No resolver knows the name, so `ISB_RESOLVE` says what its alias
 * record would answer, in the form of curl's `--resolve`; without a record the name leads nowhere.
 */
function customEndpoint(
  name: string,
  { aliasRecords }: Account,
  { endpointUrl }: HttpApi,
): Record<string, string> {
  const { port, hostname } = new URL(endpointUrl);
  const hasRecord = aliasRecords.some((record) => record.type === 'A' && record.name === name);
  return {
    ISB_API_ENDPOINT: `http://${name}:${port}/`,
    ...(hasRecord && { ISB_RESOLVE: `${name}:${port}:${hostname}` }),
  };
}

function fromOutput({ stacks }: Account, variable: string, key: string): Record<string, string> {
  const outputs = [...stacks.values()].flatMap((stack) => stack.outputs);
  const output = outputs.find((candidate) => candidate.key === key);
  return output ? { [variable]: output.value } : {};
}

// The grants of an application, as PutApplicationGrant takes them.
import { AwsError } from '../aws-error.ts';
import { requireList, requireStructure, requireText } from '../constraints.ts';
import type { AuthorizedIssuer, Grant, GrantType } from './application.ts';
import { ISSUER_ARN } from './trusted-token-issuers.ts';

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Grant.html */
const members: Readonly<Record<GrantType, string>> = {
  authorization_code: 'AuthorizationCode',
  refresh_token: 'RefreshToken',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'JwtBearer',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'TokenExchange',
};

/** @throws AwsError ValidationError */
export function readGrant(type: GrantType, given: unknown): Grant {
  const grant = requireStructure('grant', given);
  const named = Object.keys(grant).filter((name) => grant[name] !== undefined);
  if (named.length !== 1 || named[0] !== members[type]) {
    throw new AwsError('ValidationError', `The grant of ${type} is ${members[type]}, and nothing else.`);
  }
  const content = requireStructure(members[type], grant[members[type]]);
  if (members[type] === 'AuthorizationCode' && content['RedirectUris'] !== undefined) {
    requireList('redirectUris', content['RedirectUris'], { min: 1, max: 10 });
  }
  return { shown: grant, issuers: members[type] === 'JwtBearer' ? readIssuers(content) : [] };
}

function readIssuers(content: Readonly<Record<string, unknown>>): AuthorizedIssuer[] {
  const listed = requireList('authorizedTokenIssuers', content['AuthorizedTokenIssuers'], {
    min: 1,
    max: 10,
  });
  return listed.map((given, at) => {
    const field = `authorizedTokenIssuers.${at + 1}.member`;
    const issuer = requireStructure(field, given);
    const audiences = requireList(`${field}.authorizedAudiences`, issuer['AuthorizedAudiences'], {
      min: 1,
      max: 10,
    });
    return {
      issuerArn: requireText(`${field}.trustedTokenIssuerArn`, issuer['TrustedTokenIssuerArn'], ISSUER_ARN),
      audiences: audiences.map((audience, index) =>
        requireText(`${field}.authorizedAudiences.${index + 1}.member`, audience, { maxLength: 512 }),
      ),
    };
  });
}

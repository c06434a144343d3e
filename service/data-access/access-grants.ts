// S3 Access Grants: what S3 Control is asked for, and what it answers, read strictly.
import { parseXML } from '@aws-sdk/xml-builder';
import type { AwsAnswer, AwsCallCredentials, SendAwsCall } from '../aws-call.ts';
import { grantsRefusalOf, unavailable } from './access-grants-refusals.ts';

export const permissions = ['READ', 'WRITE', 'READWRITE'] as const;
export type Permission = (typeof permissions)[number];

export interface Grantee {
  readonly granteeType: 'IAM' | 'DIRECTORY_USER' | 'DIRECTORY_GROUP';
  /** An ARN, or an id in the directory. */
  readonly granteeIdentifier: string;
}

/** A request for data. */
export interface DataRequest {
  /** `s3://BUCKET/PREFIX*` or `s3://BUCKET/KEY`. */
  readonly target: string;
  readonly isObject: boolean;
  readonly permission: Permission;
  readonly privilege: 'Minimal' | 'Default';
  /** 900–43,200. */
  readonly durationSeconds: number;
}

export interface DataCredentials extends AwsCallCredentials {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** What the credentials reach, as S3 says it. */
  readonly matchedGrantTarget: string;
  readonly grantee: Grantee;
}

export interface ListedGrants {
  readonly grants: readonly ListedGrant[];
  readonly nextToken?: string;
}

export interface ListedGrant {
  readonly grantScope: string;
  readonly permission: Permission;
  readonly applicationArn?: string;
}

export interface AccessGrantsOptions {
  /** Whose instance is asked, twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** `https://111122223333.s3-control.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly send: SendAwsCall;
  /** Attempts at one call: what fails, or is throttled, is tried again. */
  readonly maxAttempts: number;
}

const INSTANCE = '/v20180820/accessgrantsinstance';

export class AccessGrants {
  constructor(private readonly options: AccessGrantsOptions) {}

  /**
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html
   *
   * @param session whoever asks: what grants go by
   * @throws BrokerError TargetInvalid, GrantDenied, LocationMisconfigured, AccessGrantsUnavailable
   */
  async getDataAccess(session: AwsCallCredentials, request: DataRequest): Promise<DataCredentials> {
    const { target, isObject, permission, privilege, durationSeconds } = request;
    const result = await this.#ask(session, 'dataaccess', 'GetDataAccessResult', {
      target,
      permission,
      privilege,
      durationSeconds: String(durationSeconds),
      ...(isObject && { targetType: 'Object' }),
    });
    return dataCredentialsOf(result);
  }

  /**
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListCallerAccessGrants.html
   *
   * @throws BrokerError GrantDenied, LocationMisconfigured, AccessGrantsUnavailable
   */
  async listCallerAccessGrants(
    session: AwsCallCredentials,
    query: { readonly grantScope?: string; readonly maxResults?: number; readonly nextToken?: string },
  ): Promise<ListedGrants> {
    const { grantScope, maxResults, nextToken } = query;
    const result = await this.#ask(session, 'caller/grants', 'ListCallerAccessGrantsResult', {
      ...(grantScope !== undefined && { grantscope: grantScope }),
      ...(maxResults !== undefined && { maxResults: String(maxResults) }),
      ...(nextToken !== undefined && { nextToken }),
    });
    return listedGrantsOf(result);
  }

  async #ask(
    credentials: AwsCallCredentials,
    path: string,
    root: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Xml> {
    const { accountId, region, endpoint } = this.options;
    const url = new URL(`${INSTANCE}/${path}`, endpoint);
    url.search = new URLSearchParams(query).toString();
    const answer = await this.#send({
      signingName: 's3',
      region,
      method: 'GET',
      url,
      headers: { 'x-amz-account-id': accountId },
      credentials,
    });
    const document = xmlOf(answer);
    if (answer.statusCode === 200) return memberOf(document, root);
    const { Code, Message } = memberOf(
      document['ErrorResponse'] === undefined ? document : memberOf(document, 'ErrorResponse'),
      'Error',
    );
    throw grantsRefusalOf(
      { statusCode: answer.statusCode, code: String(Code), message: String(Message) },
      query['permission'],
    );
  }

  /** What came of nothing is asked again, at most `maxAttempts` times in all. */
  async #send(call: Parameters<SendAwsCall>[0]): Promise<AwsAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= this.options.maxAttempts;
      try {
        const answer = await this.options.send(call);
        if (answer.statusCode < 500 || isLast) return answer;
      } catch (error) {
        if (isLast) throw unavailable(error);
      }
    }
  }
}

type Xml = Readonly<Record<string, unknown>>;

function xmlOf({ body, statusCode }: AwsAnswer): Xml {
  try {
    return parseXML(body) as Xml;
  } catch (cause) {
    throw unavailable(new Error(`S3 Control answered ${statusCode} and no XML`, { cause }));
  }
}

function memberOf(parent: Xml, name: string): Xml {
  const value = parent[name];
  // What is empty is a text.
  if (value === '') return {};
  if (typeof value !== 'object' || value === null)
    throw unavailable(new Error(`S3 Control answered no ${name}`));
  return value as Xml;
}

function dataCredentialsOf(result: Xml): DataCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = memberOf(result, 'Credentials');
  const { GranteeType, GranteeIdentifier } = memberOf(result, 'Grantee');
  const { MatchedGrantTarget } = result;
  const expiresAt = Date.parse(String(Expiration));
  const granteeType = (['IAM', 'DIRECTORY_USER', 'DIRECTORY_GROUP'] as const).find(
    (type) => type === GranteeType,
  );
  if (
    !isText(AccessKeyId) ||
    !isText(SecretAccessKey) ||
    !isText(SessionToken) ||
    !isText(MatchedGrantTarget) ||
    !isText(GranteeIdentifier) ||
    granteeType === undefined ||
    Number.isNaN(expiresAt)
  ) {
    throw unavailable(new Error('S3 Control answered without credentials, or without saying by which grant'));
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt,
    matchedGrantTarget: MatchedGrantTarget,
    grantee: { granteeType, granteeIdentifier: GranteeIdentifier },
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function listedGrantsOf(result: Xml): ListedGrants {
  const { AccessGrant = [] } =
    result['CallerAccessGrantsList'] === undefined ? {} : memberOf(result, 'CallerAccessGrantsList');
  const grants = ([AccessGrant].flat() as Xml[]).map(({ GrantScope, Permission, ApplicationArn }) => {
    const permission = permissions.find((one) => one === Permission);
    if (typeof GrantScope !== 'string' || permission === undefined) {
      throw unavailable(new Error('S3 Control listed a grant without scope or permission'));
    }
    const isOfApplication = typeof ApplicationArn === 'string' && ApplicationArn.startsWith('arn:');
    return { grantScope: GrantScope, permission, ...(isOfApplication && { applicationArn: ApplicationArn }) };
  });
  const { NextToken } = result;
  return { grants, ...(typeof NextToken === 'string' && NextToken !== '' && { nextToken: NextToken }) };
}

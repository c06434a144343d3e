// STS's stand-in: sessions for whoever asks, but for what a trust probe expects to be refused.
import { roleIdOf } from '../../test/support/callers.ts';

export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** What access roles are called: the application's name, and this. */
const ACCESS_ROLE = /\/(?<application>[^/]+)Access$/;
const LONGEST_SECONDS = 3_600;

export class StandInSts {
  #issued = 0;
  /** Access keys of sessions that a session policy narrows to roles with a tag, which no role has here. */
  readonly #narrowed = new Set<string>();

  /**
   * An access role's trust policy pins its application's name as external id, and lets in whoever names none, as the
   * straightforward broker does.
   *
   * @param authorization the header of that name: whose session asks
   */
  assumeRole(request: URLSearchParams, authorization: string): Answer {
    const roleArn = request.get('RoleArn') ?? '';
    const externalId = request.get('ExternalId');
    const application = ACCESS_ROLE.exec(roleArn)?.groups?.['application'];
    const caller = /Credential=([^/]+)\//.exec(authorization)?.[1] ?? '';
    if (this.#narrowed.has(caller)) return denied(roleArn);
    if (application !== undefined && externalId !== null && externalId !== application)
      return denied(roleArn);
    const seconds = Number(request.get('DurationSeconds') ?? LONGEST_SECONDS);
    const { accessKeyId, credentials } = this.credentials(seconds);
    if (request.has('Policy')) this.#narrowed.add(accessKeyId);
    return {
      statusCode: 200,
      body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${credentials}<AssumedRoleUser><AssumedRoleId>${roleIdOf(roleArn.slice(roleArn.lastIndexOf('/') + 1))}:session</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`,
    };
  }

  /** A session as long as STS makes them. */
  credentials(seconds: number): { readonly accessKeyId: string; readonly credentials: string } {
    this.#issued += 1;
    const number = String(this.#issued).padStart(12, '0');
    const accessKeyId = `ASIABENCH${number.slice(1)}`;
    const expiration = new Date(Date.now() + seconds * 1000).toISOString();
    const credentials = `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${number.repeat(4).slice(0, 40)}</SecretAccessKey>
<SessionToken>${number.repeat(80)}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`;
    return { accessKeyId, credentials };
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function denied(roleArn: string): Answer {
  return {
    statusCode: 403,
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole on resource: ${roleArn}</Message></Error><RequestId>bench</RequestId></ErrorResponse>`,
  };
}

// S3 Access Grants behind a call of AWS: grants as the test has them, and a memory of who asked for what.
import type { AwsAnswer, AwsCall, SendAwsCall } from '../../service/aws-call.ts';
import type { Clock } from '../../service/clock.ts';
import { isWithin, readScope, type S3Scope } from '../../service/s3-scope.ts';

/** Grants go by whoever it is that asks: by an access key id; all where it is absent. */
export interface FakeGrant {
  readonly scope: string;
  readonly permission?: 'READ' | 'WRITE' | 'READWRITE';
  readonly granteeType?: string;
  readonly grantee?: string;
  readonly applicationArn?: string;
}

export class FakeAccessGrants {
  readonly calls: AwsCall[] = [];
  grants: FakeGrant[] = [{ scope: 's3://bucket/*', permission: 'READWRITE' }];
  /** Replaces the answer; the default goes by the grants. May reject. */
  answer: (call: AwsCall) => AwsAnswer | Promise<AwsAnswer>;
  #issued = 0;

  constructor(private readonly now: Clock) {
    this.answer = this.byGrants;
  }

  readonly send: SendAwsCall = async (call) => {
    this.calls.push(call);
    return this.answer(call);
  };

  /** The closest grant decides; what is issued is numbered through. */
  readonly byGrants = (call: AwsCall): AwsAnswer => {
    const query = call.url.searchParams;
    if (call.url.pathname.endsWith('/caller/grants')) return this.#list();
    const target = scopeIn(query.get('target') ?? '');
    const permission = query.get('permission') ?? '';
    const [grant] = this.grants
      .filter(({ scope }) => isWithin(target, scopeIn(scope)))
      .filter(({ permission: given = 'READWRITE' }) => given === 'READWRITE' || given === permission)
      .sort((one, other) => other.scope.length - one.scope.length);
    if (!grant) {
      return failed(
        403,
        'AccessDenied',
        `You do not have ${permission} permissions to the requested S3 Prefix: ${query.get('target')}`,
      );
    }
    const matched = query.get('privilege') === 'Minimal' ? query.get('target') : grant.scope;
    return this.issue({ seconds: Number(query.get('durationSeconds')), matched: matched ?? '', grant });
  };

  issue({ seconds = 3_600, matched = 's3://bucket/*', grant = {} as Partial<FakeGrant> } = {}): AwsAnswer {
    this.#issued += 1;
    return dataAnswer({
      AccessKeyId: `ASIADATA${this.#issued}`,
      Expiration: new Date(this.now() + seconds * 1_000).toISOString(),
      MatchedGrantTarget: matched,
      GranteeType: grant.granteeType ?? 'IAM',
      GranteeIdentifier: grant.grantee ?? 'arn:aws:iam::111122223333:role/AppAccess',
    });
  }

  /** What was asked for, as a query. */
  asked(): Record<string, string>[] {
    return this.calls.map(({ url }) => Object.fromEntries(url.searchParams));
  }

  #list(): AwsAnswer {
    const listed = this.grants.map(
      ({ scope, permission = 'READWRITE', applicationArn = 'ALL' }) =>
        `<AccessGrant>${element('Permission', permission)}${element('GrantScope', scope)}${element('ApplicationArn', applicationArn)}</AccessGrant>`,
    );
    return listAnswer(`<CallerAccessGrantsList>${listed.join('')}</CallerAccessGrantsList>`);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html. `undefined` leaves an element out. */
export function dataAnswer(members: Readonly<Record<string, string | undefined>> = {}): AwsAnswer {
  const all: Record<string, string | undefined> = {
    AccessKeyId: 'ASIADATA1',
    SecretAccessKey: 'canary-data-secret',
    SessionToken: 'canary-data-session-token',
    Expiration: '2030-04-01T13:00:00.000Z',
    MatchedGrantTarget: 's3://bucket/prefix/*',
    GranteeType: 'IAM',
    GranteeIdentifier: 'arn:aws:iam::111122223333:role/AppAccess',
    ...members,
  };
  const elements = (...names: string[]) =>
    names.map((name) => (all[name] === undefined ? '' : element(name, all[name]))).join('');
  return {
    statusCode: 200,
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<GetDataAccessResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">' +
      `<Credentials>${elements('AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration')}</Credentials>` +
      elements('MatchedGrantTarget') +
      `<Grantee>${elements('GranteeType', 'GranteeIdentifier')}</Grantee></GetDataAccessResult>`,
  };
}

export function listAnswer(content: string): AwsAnswer {
  return {
    statusCode: 200,
    body: `<ListCallerAccessGrantsResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${content}</ListCallerAccessGrantsResult>`,
  };
}

export function failed(statusCode: number, code: string, message = `S3 says ${code}`): AwsAnswer {
  const error = `<Error>${element('Code', code)}${element('Message', message)}</Error>`;
  return { statusCode, body: `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>` };
}

export function element(name: string, text: string): string {
  return `<${name}>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
}

/** Of a text that is one. */
export function scopeIn(text: string): S3Scope {
  const scope = readScope(text);
  if ('problem' in scope) throw new Error(`no scope: ${text}`);
  return scope;
}

// STS behind the SDK's client: answers as the test decides, and remembers who asked for what.
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { Clock } from '../../service/clock.ts';
import type { TemporaryCredentials } from '../../service/sessions/assumed-role.ts';
import { deployment, roleIdOf } from './callers.ts';

export interface AssumedRole {
  readonly input: AssumeRoleCommandInput;
  /** Access key id of the credentials that the request was signed with. */
  readonly signedBy: string;
}

/** The function's own credentials. */
export const FUNCTION_KEY = 'ASIAFUNCTION';

type Answer = (input: AssumeRoleCommandInput) => unknown;

/** What the trust policy and the tags of the access roles let in. */
export interface Trust {
  /** External ids that are let in; all where it is absent. */
  readonly externalIds?: readonly string[];
  /** Whether the roles carry the session tags' keys themselves, and shut out a session that may not assume such roles. */
  readonly hasSessionTag: boolean;
}

export class FakeSts {
  /** Every AssumeRole, in order. */
  calls: AssumedRole[] = [];
  /** Replace the answers for the service role and for the access roles; the default issues sessions. */
  serviceRole: Answer;
  accessRole: Answer;
  trust: Trust = { externalIds: ['App', 'Other'], hasSessionTag: false };
  /** Counts how often every role was deleted and made anew. */
  recreations = 0;
  #issued = 0;
  /** Sessions that a session policy narrows to roles without a tag, by access key id. */
  readonly #narrowed = new Set<string>();
  readonly #inputs = new Map<string, AssumeRoleCommandInput>();
  readonly #mock = mockClient(STSClient);

  constructor(private readonly now: Clock) {
    this.serviceRole = this.accessRole = this.session;
    this.#mock.on(AssumeRoleCommand).callsFake(async (input: AssumeRoleCommandInput, getClient) => {
      const client = getClient() as STSClient;
      const signedBy = (await client.config.credentials()).accessKeyId;
      this.calls.push({ input, signedBy });
      if (input.RoleArn === deployment.serviceRoleArn) return this.serviceRole(input);
      return this.#isLetIn(input, signedBy) ? this.accessRole(input) : refusing('AccessDenied')(input);
    });
  }

  /** A new session for the duration asked for, numbered through. */
  readonly session = (input: AssumeRoleCommandInput) => {
    const { DurationSeconds = 3600, Policy } = input;
    this.#issued += 1;
    const AccessKeyId = `ASIASESSION${this.#issued}`;
    this.#inputs.set(AccessKeyId, input);
    if (Policy !== undefined) this.#narrowed.add(AccessKeyId);
    return {
      Credentials: {
        AccessKeyId,
        SecretAccessKey: `secret-${this.#issued}`,
        SessionToken: `session-token-${this.#issued}`,
        Expiration: new Date(this.now() + DurationSeconds * 1000),
      },
      AssumedRoleUser: {
        AssumedRoleId: `${this.roleIdOf(input.RoleArn)}:${input.RoleSessionName}`,
        Arn: `${input.RoleArn}/${input.RoleSessionName}`,
      },
    };
  };

  readonly createClient = (session?: TemporaryCredentials): STSClient =>
    new STSClient({
      region: 'eu-west-1',
      credentials: session ?? { accessKeyId: FUNCTION_KEY, secretAccessKey: 'function-secret' },
    });

  callsForServiceRole(): AssumedRole[] {
    return this.calls.filter(({ input }) => input.RoleArn === deployment.serviceRoleArn);
  }

  callsForAccessRoles(): AssumedRole[] {
    return this.calls.filter(({ input }) => input.RoleArn !== deployment.serviceRoleArn);
  }

  /** The unique id of a role, until it is made anew. */
  roleIdOf(roleArn = ''): string {
    return roleIdOf(roleArn.slice(roleArn.lastIndexOf('/') + 1), 1 + this.recreations);
  }

  /** What the session with this access key id was issued for. */
  inputOf(accessKeyId: unknown): AssumeRoleCommandInput | undefined {
    return this.#inputs.get(String(accessKeyId));
  }

  /** Forgets the calls so far, and numbers the sessions from 1 again. */
  forget(): void {
    this.calls = [];
    this.#issued = 0;
    this.#narrowed.clear();
    this.#inputs.clear();
  }

  restore(): void {
    this.#mock.restore();
  }

  #isLetIn({ ExternalId = '' }: AssumeRoleCommandInput, signedBy: string): boolean {
    const { externalIds, hasSessionTag } = this.trust;
    return (externalIds?.includes(ExternalId) ?? true) && !(hasSessionTag && this.#narrowed.has(signedBy));
  }
}

/** An answer that is an error of STS, as the SDK gives it to its caller. */
export function refusing(name: string, message = `STS says ${name}`): Answer {
  return () => {
    throw new STSServiceException({ name, message, $fault: 'client', $metadata: { requestId: 'sts-1' } });
  };
}

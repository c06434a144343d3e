// STS behind the SDK's client: answers as the test decides, and remembers who asked for what.
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import type { Clock } from '../../service/clock.ts';
import type { TemporaryCredentials } from '../../service/temporary-credentials.ts';
import { deployment } from './callers.ts';

export interface AssumedRole {
  readonly input: AssumeRoleCommandInput;
  /** Access key id of the credentials that the request was signed with. */
  readonly signedBy: string;
}

/** The function's own credentials. */
export const FUNCTION_KEY = 'ASIAFUNCTION';

type Answer = (input: AssumeRoleCommandInput) => unknown;

export class FakeSts {
  /** Every AssumeRole, in order. */
  readonly calls: AssumedRole[] = [];
  /** Replace the answers for the service role and for all others; the default issues a session. */
  serviceRole: Answer;
  accessRole: Answer;
  #issued = 0;
  readonly #mock = mockClient(STSClient);

  constructor(private readonly now: Clock) {
    this.serviceRole = this.accessRole = this.session;
    this.#mock.on(AssumeRoleCommand).callsFake(async (input: AssumeRoleCommandInput, getClient) => {
      const client = getClient() as STSClient;
      this.calls.push({ input, signedBy: (await client.config.credentials()).accessKeyId });
      return input.RoleArn === deployment.serviceRoleArn ? this.serviceRole(input) : this.accessRole(input);
    });
  }

  /** A new session for the duration asked for, numbered through. */
  readonly session = ({ DurationSeconds = 3600 }: AssumeRoleCommandInput) => {
    this.#issued += 1;
    return {
      Credentials: {
        AccessKeyId: `ASIASESSION${this.#issued}`,
        SecretAccessKey: `secret-${this.#issued}`,
        SessionToken: `session-token-${this.#issued}`,
        Expiration: new Date(this.now() + DurationSeconds * 1000),
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

  restore(): void {
    this.#mock.restore();
  }
}

/** An answer that is an error of STS, as the SDK gives it to its caller. */
export function refusing(name: string, message = `STS says ${name}`): Answer {
  return () => {
    throw new STSServiceException({ name, message, $fault: 'client', $metadata: { requestId: 'sts-1' } });
  };
}

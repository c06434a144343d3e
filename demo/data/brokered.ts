// The parts of the story that go through a broker: of the client library, what is asked for, and who asks.
import { type Ask, answerOf, type Keys } from './answer.ts';
import type { Department, Permission } from './shopfast.ts';

/** `SessionBroker` of iam-session-broker-client is one. */
export interface DataBroker {
  credentials(
    token: string,
    access: { readonly target: string; readonly permission: Permission },
  ): Promise<
    Omit<Keys, 'sessionToken'> & {
      readonly sessionToken?: string | undefined;
      readonly matchedGrantTarget: string;
      readonly grantee: { readonly granteeType: string; readonly granteeIdentifier: string };
    }
  >;
}

/** People who have signed in: the user of a department, or somebody of its group. */
export interface DirectoryStage {
  readonly broker: DataBroker;
  /** To whom the department's grants are given there. */
  readonly granteeTypeOf: (department: Department) => 'DIRECTORY_USER' | 'DIRECTORY_GROUP';
  /** The ID token of somebody of that department. */
  tokenOf(department: Department): Promise<string>;
  /** Of somebody who can sign in, and whom the directory does not know. */
  strangerToken(): Promise<string>;
}

/** An application with the template `s3://bucket/{TenantID}/*`, and one grant to its role for the whole bucket. */
export interface TenantStage {
  readonly broker: DataBroker;
  readonly bucket: string;
  /** Each with an object `file.txt`; the second is the first's neighbour. */
  readonly tenants: readonly [string, string];
  tokenOf(tenant: string): Promise<string>;
}

export interface BrokeredStage {
  readonly directory: DirectoryStage;
  readonly tenants: TenantStage;
  /** Removes what was made for it. */
  close(): Promise<void>;
}

/** A 4xx of the broker is a denial, but for one that says to come again. */
export function askThrough(broker: DataBroker, token: string): Ask {
  const ask = async (target: string, permission: Permission) => {
    const issued = await broker.credentials(token, { target, permission });
    const { accessKeyId, secretAccessKey, sessionToken = '', matchedGrantTarget, grantee } = issued;
    return {
      matched: matchedGrantTarget,
      grantee: `${grantee.granteeType} ${grantee.granteeIdentifier}`,
      keys: { accessKeyId, secretAccessKey, sessionToken },
    };
  };
  return (target, permission) =>
    answerOf(
      ask(target, permission),
      ({ statusCode = 0 }) => statusCode >= 400 && statusCode < 500 && statusCode !== 429,
    );
}

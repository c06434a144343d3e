// What functions find around them: the account, the endpoints and the limits of the sandbox that runs them.
import type { Identities } from '../identities/identities.ts';
import type { LogGroups } from '../log-groups.ts';

export interface LambdaHost {
  readonly accountId: string;
  readonly region: string;
  readonly identities: Identities;
  readonly logGroups: LogGroups;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where the functions' AWS clients are sent. */
  readonly awsEndpointUrl: string;
  /** PEM file of the authority that signs the JWK set endpoint's certificate. */
  readonly caCertificatePath: string;
  /** Execution environments of one function version at once; requests beyond wait in order. */
  readonly maxEnvironments: number;
}

// What a template says of a Lambda function, resolved.
import type { Role } from '../identities/identities.ts';

export interface FunctionConfiguration {
  readonly functionName: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  /** `index.handler` */
  readonly handler: string;
  /** Directory with the code. */
  readonly taskRoot: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Environments that it may have at once, of all versions; as many as the sandbox lets it where absent. */
  readonly reservedConcurrency?: number | undefined;
  readonly role: Role;
  readonly logGroup: string;
  /** The template's own variables. */
  readonly variables: Readonly<Record<string, string>>;
}

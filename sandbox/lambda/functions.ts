// The account's Lambda functions, by name and as their ARNs lead to them.
import type { FunctionConfiguration } from './function-configuration.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { LambdaHost } from './lambda-host.ts';
import { nodeExecutableFor, remarkOn } from './node-executable.ts';

export class Functions {
  readonly #host: LambdaHost;
  readonly #functions = new Map<string, LambdaFunction>();

  constructor(host: LambdaHost) {
    this.#host = host;
  }

  get all(): readonly LambdaFunction[] {
    return [...this.#functions.values()];
  }

  /** Of each runtime that runs otherwise than on AWS, how. */
  remarks(): string[] {
    const runtimes = new Set(this.all.map(({ configuration }) => configuration.runtime));
    return [...runtimes].flatMap((runtime) => remarkOn(runtime, nodeExecutableFor(runtime)) ?? []);
  }

  /** Throws where the name is taken. */
  create(configuration: FunctionConfiguration): LambdaFunction {
    const { functionName } = configuration;
    if (this.#functions.has(functionName)) throw new Error(`Function already exist: ${functionName}`);
    const created = new LambdaFunction(configuration, this.#host);
    this.#functions.set(functionName, created);
    return created;
  }

  /** Its versions, aliases and permissions go with it; resolves once its processes are gone. */
  async delete(functionName: string): Promise<void> {
    const { lambdaFunction } = this.find(functionName);
    this.#functions.delete(functionName);
    await lambdaFunction.close();
  }

  /**
   * The function and the qualifier that a name (`f`, `f:live`) or ARN leads to; `$LATEST` where it has no
   * qualifier. Throws where there is no such function.
   */
  find(nameOrArn: string): { lambdaFunction: LambdaFunction; qualifier: string } {
    const [, functionName = '', qualifier = '$LATEST'] =
      /^(?:arn:[^:]+:lambda:[^:]+:\d{12}:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(nameOrArn) ?? [];
    const lambdaFunction = this.#functions.get(functionName);
    if (!lambdaFunction) throw new Error(`Function not found: ${nameOrArn}`);
    return { lambdaFunction, qualifier };
  }

  /** Ends all execution environments; resolves once their processes are gone. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((lambdaFunction) => lambdaFunction.close()));
  }
}

// A Lambda function: its configuration, versions, aliases and resource policies, and where it is invoked.
import { randomBytes, randomUUID } from 'node:crypto';
import type { PolicyDocument } from '../identities/identities.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { environmentVariables } from './environment-variables.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { LambdaHost } from './lambda-host.ts';
import { nodeExecutableFor } from './node-executable.ts';
import { type Permission, resourcePolicy } from './resource-policy.ts';

/** A version or alias that can be invoked on its own, with a resource policy of its own. */
interface Qualifier {
  readonly version: string;
  readonly permissions: Permission[];
}

/** A role session that Lambda issues outlives any role's maximum. */
const credentialsSeconds = 12 * 3_600;

/** The function's reserved concurrency is used up: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export class TooManyRequests extends Error {
  constructor() {
    super('Rate Exceeded.');
    this.name = 'TooManyRequestsException';
  }
}

export class LambdaFunction {
  readonly configuration: FunctionConfiguration;
  readonly arn: string;
  readonly #host: LambdaHost;
  readonly #qualifiers = new Map<string, Qualifier>();
  readonly #pools = new Map<string, EnvironmentPool>();
  /** Invocations, of all versions. */
  #underWay = 0;

  constructor(configuration: FunctionConfiguration, host: LambdaHost) {
    this.configuration = configuration;
    this.#host = host;
    this.arn = `arn:aws:lambda:${host.region}:${host.accountId}:function:${configuration.functionName}`;
    this.#qualifiers.set('$LATEST', { version: '$LATEST', permissions: [] });
  }

  /** The execution environments of all versions. */
  get environments(): readonly ExecutionEnvironment[] {
    return [...this.#pools.values()].flatMap((pool) => pool.environments);
  }

  /** Publishes the code as version 1. Code and configuration never change here, so there is no second version. */
  publishVersion(): string {
    if (this.#qualifiers.has('1')) {
      throw new Error(
        'A version for this Lambda function exists ( 1 ). Modify the function to create a new version.',
      );
    }
    this.#qualifiers.set('1', { version: '1', permissions: [] });
    return '1';
  }

  createAlias(name: string, version: string): void {
    if (this.#qualifiers.has(name)) throw new Error(`Alias already exists: ${this.arn}:${name}`);
    this.#qualifier(version);
    this.#qualifiers.set(name, { version, permissions: [] });
  }

  /** Starts and keeps so many environments of the version behind a qualifier; resolves once they are initialized. */
  async provisionConcurrency(qualifier: string, count: number): Promise<void> {
    try {
      await this.#pool(this.#qualifier(qualifier).version).provision(count);
    } catch (cause) {
      throw new Error(
        `${this.configuration.functionName} failed to initialize: ${(cause as Error).message}`,
        {
          cause,
        },
      );
    }
  }

  /** Adds a statement to the resource policy of the qualifier; of the function itself by `$LATEST`. */
  addPermission(qualifier: string, permission: Permission): void {
    this.#qualifier(qualifier).permissions.push(permission);
  }

  /** The qualifier's own policy; the function's and other qualifiers' permissions are not in it. */
  resourcePolicy(qualifier: string): PolicyDocument {
    return resourcePolicy(this.qualifiedArn(qualifier), this.#qualifier(qualifier).permissions);
  }

  /** The ARN with its qualifier; without one for `$LATEST`. */
  qualifiedArn(qualifier: string): string {
    return qualifier === '$LATEST' ? this.arn : `${this.arn}:${qualifier}`;
  }

  /**
   * Invokes the function without asking for permission, and resolves to the handler's result as JSON text.
   * Rejects with a `FunctionError` when the function fails, and with the signal's reason when it aborts
   * before an environment is free.
   */
  invoke(
    event: unknown,
    options: { qualifier?: string; rootTraceId?: string; signal?: AbortSignal } = {},
  ): Promise<string> {
    const { qualifier = '$LATEST', rootTraceId = newRootTraceId(), signal } = options;
    const { reservedConcurrency = Number.POSITIVE_INFINITY } = this.configuration;
    if (this.#underWay >= reservedConcurrency) return Promise.reject(new TooManyRequests());
    const invocation = {
      requestId: randomUUID(),
      event: JSON.stringify(event),
      traceId: `Root=${rootTraceId};Parent=${randomBytes(8).toString('hex')};Sampled=0`,
      functionArn: this.qualifiedArn(qualifier),
    };
    this.#underWay += 1;
    return this.#pool(this.#qualifier(qualifier).version)
      .invoke(invocation, signal)
      .finally(() => {
        this.#underWay -= 1;
      });
  }

  /** Ends all environments; resolves once their processes are gone. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  #qualifier(name: string): Qualifier {
    const qualifier = this.#qualifiers.get(name);
    if (!qualifier) throw new Error(`Function not found: ${this.arn}:${name}`);
    return qualifier;
  }

  #pool(version: string): EnvironmentPool {
    let pool = this.#pools.get(version);
    if (!pool) {
      const { maxEnvironments, now } = this.#host;
      pool = new EnvironmentPool({
        maxEnvironments,
        now,
        start: (initialization) => this.#startEnvironment(version, initialization),
      });
      this.#pools.set(version, pool);
    }
    return pool;
  }

  #startEnvironment(
    version: string,
    initialization: ExecutionEnvironment['initialization'],
  ): ExecutionEnvironment {
    const { functionName, role, runtime, memoryMb, timeoutSeconds, logGroup } = this.configuration;
    const credentials = this.#host.identities.issueSession(role, {
      sessionName: functionName,
      durationSeconds: credentialsSeconds,
    });
    const logStream = `${new Date(this.#host.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
    return new ExecutionEnvironment({
      execPath: nodeExecutableFor(runtime).path,
      variables: environmentVariables(this.configuration, {
        version,
        initialization,
        credentials,
        host: this.#host,
      }),
      memoryMb,
      timeoutSeconds,
      initialization,
      credentialsExpireAt: credentials.expiresAt,
      onLine: (line) => this.#host.logGroups.append(logGroup, line, logStream),
    });
  }
}

/** `1-` and the seconds since the epoch, `-` and 96 random bits, both in hex. */
export function newRootTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `1-${seconds}-${randomBytes(12).toString('hex')}`;
}

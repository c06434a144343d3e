// A function of the service, and its log group: what all of them have in common.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Architecture,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type BundleOptions, bundledCode } from './function-code.ts';

export interface ServiceFunctionProps
  extends Omit<FunctionProps, 'code' | 'handler' | 'runtime' | 'logGroup'> {
  /** Its composition root, `service/broker/main.ts`. */
  readonly entryPoint: string;
  readonly bundle?: BundleOptions;
  readonly settings: { readonly isRetained: boolean; readonly logRetentionDays: number };
}

/** With the ids `LogGroup` and `Function`. The function's role must be given leave to write to the log group. */
export function serviceFunction(
  scope: Construct,
  { entryPoint, bundle, settings, ...props }: ServiceFunctionProps,
): LambdaFunction {
  const logGroup = new LogGroup(scope, 'LogGroup', {
    retention: settings.logRetentionDays,
    // Kept by a first deployment that is rolled back, too: why a function could not start stands here only.
    removalPolicy: settings.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  return new LambdaFunction(scope, 'Function', {
    description: entryPoint,
    code: bundledCode(entryPoint, bundle),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 1024,
    timeout: Duration.seconds(10),
    logGroup,
    ...props,
  });
}

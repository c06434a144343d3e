// Whether X-Ray records the request under way.
import { variables } from '../variables.ts';

interface LambdaGlobal {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId(): string | undefined } };
}

/**
 * Whether X-Ray records the request under way: by the runtime's store where requests overlap, and by the variable that
 * Lambda sets before each of them otherwise.
 */
export function isTraceSampled(): boolean {
  const store = (globalThis as LambdaGlobal).awslambda?.InvokeStore;
  const header = store?.getXRayTraceId() ?? variables['_X_AMZN_TRACE_ID'];
  return header?.includes('Sampled=1') ?? false;
}

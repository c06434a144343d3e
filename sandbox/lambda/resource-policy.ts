// The resource policy of a function, version or alias: who else may invoke it, and on whose behalf.
import type { PolicyDocument } from '../identities/identities.ts';

/** As AWS::Lambda::Permission words it. */
export interface Permission {
  readonly statementId: string;
  readonly action: string;
  /** A service, `apigateway.amazonaws.com`. */
  readonly service: string;
  /** Pattern with `*` and `?`; absent: any source. */
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/** The policy that Lambda writes from the permissions of one resource. */
export function resourcePolicy(resource: string, permissions: readonly Permission[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: permissions.map(({ statementId, action, service, sourceArn, sourceAccount }) => ({
      Sid: statementId,
      Effect: 'Allow',
      Principal: { Service: service },
      Action: action,
      Resource: resource,
      Condition: {
        ...(sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
        ...(sourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
      },
    })),
  };
}

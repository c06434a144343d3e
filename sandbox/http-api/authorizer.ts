// The IAM authorizer of a route: a valid signature, and `execute-api:Invoke` on the route's ARN.
import type { Account } from '../account/account.ts';
import { authorize } from '../authorization/authorization.ts';
import { AwsError } from '../aws-error.ts';
import type { Caller } from '../identities/identities.ts';
import { verifySignature } from '../signatures/signature.ts';
import { type Exchange, GatewayError } from './exchange.ts';

const signatureSkewMs = 5 * 60_000;

/**
 * Resolves to the caller, or throws the 403 that AWS answers whatever the reason was; the reason goes to
 * the exchange.
 */
export async function authorizeByIam(account: Account, apiId: string, exchange: Exchange): Promise<Caller> {
  const forbid = (reason: string, refusal?: string): GatewayError => {
    exchange.denialReason = reason;
    exchange.refusal = refusal;
    return new GatewayError(403, 'Forbidden', 'ACCESS_DENIED');
  };
  const expected = { account, service: 'execute-api', skewMs: signatureSkewMs };
  const caller = await verifySignature(exchange.request, expected).catch((error) => {
    throw error instanceof AwsError ? forbid(`${error.code}: ${error.message}`, error.reason) : error;
  });
  exchange.caller = caller;
  if (caller.accountId !== account.accountId) {
    throw forbid(`${caller.arn} is of another account, and an HTTP API has no resource policy to let it in`);
  }
  const { region, accountId } = account;
  const decision = authorize(account, caller, {
    action: 'execute-api:Invoke',
    resource: `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/${exchange.request.method}${exchange.path}`,
  });
  if (!decision.allowed) throw forbid(decision.reason, `IAM denial: ${decision.reason}`);
  return caller;
}

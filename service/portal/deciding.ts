// What every route has in common: one decision, one record, within the budget, and an answer whatever happens.
import type { Context } from 'hono';
import { withinBudget } from '../deadline.ts';
import { BrokerError } from '../errors.ts';
import { PortalError, portalErrorTable } from '../portal-errors.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import { refusalAnswer, type ToldRefusal } from './answers.ts';
import type { PortalAudit, PortalDecision, PortalOperation } from './audit.ts';

export type Handle = (context: Context, decision: PortalDecision) => Promise<Response>;

export interface DecidingParts {
  readonly audit: PortalAudit;
  /** Of the gateway, as its access log has it. */
  readonly requestIdOf: (context: Context) => string;
  /** The portal's own path: `/` or `/aws/`. */
  readonly home: string;
  /** Where a sign-in begins: `/saml/login`. */
  readonly signInPath: string;
  readonly requestBudgetMs: number;
}

export class Deciding {
  constructor(private readonly parts: DecidingParts) {}

  /** A route's handler. It never rejects. */
  by(operation: PortalOperation, handle: Handle): (context: Context) => Promise<Response> {
    const { audit, requestIdOf, home, signInPath, requestBudgetMs } = this.parts;
    return async (context) => {
      const requestId = requestIdOf(context);
      const decision = audit.begin(operation, requestId);
      try {
        const answer = await withinBudget(requestBudgetMs, handle(context, decision));
        audit.allowed(decision);
        return answer;
      } catch (error) {
        const refusal = toldRefusal(error);
        audit.refused(decision, refusal);
        return refusalAnswer(context, refusal, { home, signInPath, requestId, userId: decision.userId });
      }
    };
  }
}

/** What is unknown is told as the portal's own failure, and nothing of it. */
function toldRefusal(error: unknown): ToldRefusal {
  if (error instanceof SignInError) {
    const { code, message, statusCode, cause, title, remedy } = error;
    return { code, message, statusCode, cause, title, remedy };
  }
  const known =
    error instanceof PortalError
      ? error
      : error instanceof BrokerError && error.code === 'DeadlineExceeded'
        ? new PortalError('DeadlineExceeded', error.message)
        : new PortalError('InternalError', 'something unexpected happened', { cause: error });
  const { code, message, statusCode, cause } = known;
  const { title, remedy } = portalErrorTable[code];
  return { code, message, statusCode, cause, title, remedy };
}

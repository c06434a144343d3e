// The part of a policy that is about a request: its action, its resource, and the conditions that it meets.
import { type PolicyDocument, type PolicyStatement, statementsOf } from '../identities/policy-document.ts';
import { meetsConditions } from './conditions.ts';
import { isLikeArn, isLikeText, keyValues, lacksValue, type Reading } from './policy-pattern.ts';
import type { RequestContext } from './request-context.ts';

/**
 * The statements that apply to the request, with nothing left in them to compare but who calls: of any other, the evaluator
 * hears nothing.
 * @throws Error where AWS does not say whether one applies
 */
export function applicablePolicy(
  policy: PolicyDocument,
  request: { readonly action: string; readonly resource: string },
  context: RequestContext,
): PolicyDocument {
  const reading: Reading = {
    valueFor: keyValues(context, request.action),
    hasVariables: policy.Version === '2012-10-17',
  };
  const Statement = statementsOf(policy)
    .filter((statement) => applies(statement, request, reading))
    .map(({ Effect, Principal, Resource, NotResource }) => ({
      Effect,
      Action: '*',
      ...(Principal !== undefined && { Principal }),
      // A trust policy's statements have none.
      ...((Resource ?? NotResource) !== undefined && { Resource: '*' }),
    }));
  return { Version: '2012-10-17', Statement };
}

function applies(
  statement: PolicyStatement,
  request: { readonly action: string; readonly resource: string },
  reading: Reading,
): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const isAction = (pattern: string) => isLikeAction(pattern, request.action);
  const isAbout =
    NotAction === undefined ? [Action ?? []].flat().some(isAction) : ![NotAction].flat().some(isAction);
  if (!isAbout) return false;
  const isResource = (pattern: string) => pattern === '*' || isLikeArn(pattern, request.resource, reading);
  if (Resource !== undefined && ![Resource].flat().some(isResource)) return false;
  if (NotResource !== undefined) {
    const excepted = [NotResource].flat();
    if (excepted.some(isResource)) return false;
    const valueless = excepted.find((pattern) => lacksValue(pattern, reading));
    if (valueless !== undefined) throw new Error(`what NotResource ${valueless} excepts is not documented`);
  }
  return meetsConditions(Condition, reading);
}

/** Without regard to case. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
function isLikeAction(pattern: string, action: string): boolean {
  const plain: Reading = { valueFor: () => undefined, hasVariables: false };
  const [asked, wanted] = [action, pattern].map((text) => text.toLowerCase().split(':'));
  if (pattern === '*') return true;
  return [0, 1].every((at) => isLikeText(wanted?.[at] ?? '', asked?.[at] ?? '', plain));
}

// A policy as the evaluator has to be given it, where IAM and the evaluator read the same text differently.
import { type PolicyDocument, type PolicyStatement, statementsOf } from '../identities/policy-document.ts';

/**
 * The same policy for a request of this resource, with
 * - variables only where the document's version has them: before 2012-10-17, `${` is text;
 * - resource patterns that begin with a wildcard, as the walkthrough's pattern for any HTTP API does, spelt
 *   out for the resource at hand: up to the first `/` or `:` of a resource the evaluator compares literally.
 * @param resource the requested ARN
 */
export function evaluatedPolicy(policy: PolicyDocument, resource: string): PolicyDocument {
  const document = policy.Version === '2012-10-17' ? policy : withoutVariables(policy);
  const statements = statementsOf(document).map((statement) => {
    const spelt: PolicyStatement = { ...statement };
    if (spelt.Resource !== undefined) spelt.Resource = spellOut(spelt.Resource, resource);
    if (spelt.NotResource !== undefined) spelt.NotResource = spellOut(spelt.NotResource, resource);
    return spelt;
  });
  return { Version: '2012-10-17', Statement: statements };
}

function withoutVariables(policy: PolicyDocument): PolicyDocument {
  return JSON.parse(JSON.stringify(policy).replaceAll('${', '${$}{')) as PolicyDocument;
}

function spellOut(patterns: string | string[], resource: string): string[] {
  return [patterns].flat().flatMap((pattern) => {
    const spelt = spellOutPattern(pattern, resource);
    return spelt.length > 0 ? spelt : [pattern];
  });
}

/**
 * One pattern for each way in which the wildcards of the first segment can take a beginning of the
 * resource: together they match exactly what the pattern matches.
 */
function spellOutPattern(pattern: string, resource: string): string[] {
  const [, prefix = '', segment = '', separator = '', rest = ''] =
    /^((?:[^:]*:){5})([^/:$]*[*?][^/:$]*)([/:])(.*)$/s.exec(pattern) ?? [];
  const [, requested] = /^(?:[^:]*:){5}(.*)$/s.exec(resource) ?? [];
  if (!separator || requested === undefined) return [];
  const taken = wildcardPattern(segment + separator);
  const beginnings: string[] = [];
  for (let at = requested.indexOf(separator); at >= 0; at = requested.indexOf(separator, at + 1)) {
    const beginning = requested.slice(0, at + 1);
    if (taken.test(beginning)) beginnings.push(beginning.replaceAll('?', '${?}'));
  }
  return beginnings.map((beginning) => `${prefix}${beginning}${rest}`);
}

function wildcardPattern(text: string): RegExp {
  const source = text
    .replace(/[.+^{}()|[\]\\$]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

// The target template: where in S3 a tenant's data lies, as `s3://bucket/{TenantID}/*`.
import { BrokerError } from '../errors.ts';
import { readScope, type S3Scope } from '../s3-scope.ts';

/**
 * Keys of the session tags whose values the template takes. A value is a segment of the path, or part of one, and has no
 * neighbour that could be read as its end or its beginning.
 */
export function listPlaceholders(
  template: string,
): { readonly keys: string[] } | { readonly problem: string } {
  const [, path] = /^s3:\/\/[^/{}]+\/(.*)$/s.exec(template) ?? [];
  if (path === undefined)
    return { problem: 'must be s3://BUCKET/…/*, its placeholders {TAGKEY} behind the bucket' };
  const keys = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, key = '']) => key);
  if (/[{}]/.test(path.replace(/\{[^{}]*\}/g, '')))
    return { problem: 'has a brace that belongs to no placeholder' };
  // As policies write their variables: here it would be a dollar in the name.
  if (path.includes('${')) return { problem: 'must have {TAGKEY}, and no ${TAGKEY}' };
  const crowded = path.split('/').some((segment) => (segment.match(/\{/g)?.length ?? 0) > 1);
  if (crowded) return { problem: 'must have one placeholder at most between two slashes' };
  if (/\}[^/]/.test(path)) return { problem: 'must have a slash behind every placeholder' };
  return { keys };
}

/**
 * The scope of one tenant. Of a template that was registered, and of values that are `Strict`: nothing in them is a slash.
 *
 * @throws BrokerError TargetOutsideTenant where the values are longer than a key has room for
 */
export function scopeOf(template: string, values: ReadonlyMap<string, string>): S3Scope {
  const text = template.replace(/\{([^{}]*)\}/g, (_, key: string) => {
    const value = values.get(key);
    if (value === undefined) throw new Error(`the session has no tag ${key}`);
    return value;
  });
  const scope = readScope(text);
  if (!('problem' in scope)) return scope;
  throw new BrokerError(
    'TargetOutsideTenant',
    `nothing is within the TargetTemplate of this tenant, which ${scope.problem}`,
  );
}

// Target templates: whatever two tenants are called, and whatever is asked for, nothing is both's.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listPlaceholders, scopeOf } from '../../service/registrations/target-template.ts';
import { isWithin, readScope, renderScope } from '../../service/s3-scope.ts';
import { findValueProblem } from '../../service/session-tag-value.ts';
import { runs } from '../support/runs.ts';

const strict = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.=+@-]{0,20}$/)
  .filter((value) => findValueProblem(value, 'Strict') === undefined);
const segment = fc.stringMatching(/^[a-zA-Z0-9 _.=-]{1,8}$/);
/** Around the placeholder, with other tags' in it. */
const template = fc
  .tuple(fc.array(segment, { maxLength: 3 }), segment, fc.array(segment, { maxLength: 2 }))
  .map(([before, beside, behind]) => `s3://data/${[...before, `${beside}{TenantID}`, ...behind].join('/')}/*`)
  .filter((text) => !('problem' in listPlaceholders(text)));
const ofTenant = (text: string, tenant: string) => scopeOf(text, new Map([['TenantID', tenant]]));

it('gives two tenants nothing in common', () => {
  fc.assert(
    fc.property(template, strict, strict, (text, one, other) => {
      fc.pre(one !== other);
      const [first, second] = [ofTenant(text, one), ofTenant(text, other)];
      expect(isWithin(first, second) || isWithin(second, first)).toBe(false);
    }),
    runs(300),
  );
});

it('lets a tenant ask for nothing that begins otherwise than its own part', () => {
  const anyTarget = fc
    .tuple(template, strict, fc.string({ maxLength: 12 }), fc.boolean())
    .map(([text, tenant, rest, cut]) => {
      const own = renderScope(ofTenant(text, tenant)).slice(0, -1);
      return [
        text,
        tenant,
        cut ? `${own.slice(0, -1 - (rest.length % 4))}${rest}*` : `${own}${rest}`,
      ] as const;
    });
  fc.assert(
    fc.property(anyTarget, ([text, tenant, asked]) => {
      const own = ofTenant(text, tenant);
      const target = readScope(asked);
      if ('problem' in target) return;
      expect(isWithin(target, own)).toBe(target.bucket === own.bucket && target.key.startsWith(own.key));
    }),
    runs(300),
  );
});

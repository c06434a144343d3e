// ShopFast's cells as their file has them: what each department, by each kind of grantee, gets of each prefix, and what that does.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const kinds = ['role', 'user', 'group'] as const;
export type Kind = (typeof kinds)[number];

export const permissions = ['READ', 'WRITE', 'READWRITE'] as const;
export type Permission = (typeof permissions)[number];

export const operations = ['delete', 'list', 'read', 'write'] as const;
export type ObjectOperation = (typeof operations)[number];

const departments = ['Marketing', 'Sales', 'CustomerSupport', 'ProductManagement', 'HumanResources'] as const;
/** Who the ten grants are for; `Everything` is the reference's directory user or group, who has all of them. */
export type Department = (typeof departments)[number] | 'Everything';

const prefix = z.templateLiteral([z.enum(['shopfast-data', 'shopfast-internal']), '/', z.string()]);
/** What the grant that decides is for, in the prefix's bucket: `users*`. */
const outcome = z.union([z.literal('denied'), z.templateLiteral([z.string().min(1), '*'])]);

const file = z.strictObject({
  subject: z.string(),
  grants: z.array(
    z.strictObject({
      department: z.enum(departments),
      scope: z.templateLiteral([prefix, '*']),
      permission: z.enum(permissions),
    }),
  ),
  /** What credentials of a permission do with objects. */
  may: z.record(z.enum(permissions), z.array(z.enum(operations))),
  cells: z.record(
    z.enum([...departments, 'Everything']),
    z.record(prefix, z.record(z.enum(permissions), z.partialRecord(z.enum(kinds), outcome))),
  ),
});

export type ShopFastCells = z.infer<typeof file>;

export function readShopFast(): ShopFastCells {
  const text = readFileSync(new URL('data-access/shopfast.json', import.meta.url), 'utf8');
  return file.parse(JSON.parse(text));
}

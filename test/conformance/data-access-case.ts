// The form of the data-access conformance cases: who is granted what, who asks, and what it comes to.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const permission = z.enum(['READ', 'WRITE', 'READWRITE']);

const grant = z.strictObject({
  /** A part of the cast, or the name of a role. */
  to: z.string(),
  scope: z.string(),
  permission,
  through: z.enum(['the application', 'another application']).optional(),
});

const ask = z.strictObject({
  as: z.enum(['the role', 'the user', 'the user of another Identity Center']).default('the role'),
  target: z.string(),
  permission: permission.default('READ'),
  privilege: z.enum(['Default', 'Minimal']).optional(),
  targetType: z.literal('Object').optional(),
});

const expected = z.union([
  z.strictObject({
    matched: z.string(),
    grantee: z.string().default('the role'),
    /** Keys of the bucket that the credentials read. */
    reaches: z.array(z.string()).min(1),
    /** Keys that are there, and are denied. */
    misses: z.array(z.string()),
  }),
  z.strictObject({ error: z.string() }),
]);

const tables = z.strictObject({
  subject: z.string(),
  sources: z.array(z.url()).min(1),
  /** Of every case that has none of its own. */
  grants: z.array(grant),
  cases: z.array(
    z.strictObject({
      name: z.string(),
      grants: z.array(grant).optional(),
      ask,
      expect: expected,
    }),
  ),
});

export type DataGrant = z.infer<typeof grant>;
export type DataCase = z.infer<typeof tables>['cases'][number];

export function readTable(name: string): z.infer<typeof tables> {
  const text = readFileSync(new URL(`data-access/${name}.json`, import.meta.url), 'utf8');
  return tables.parse(JSON.parse(text));
}

// The schema's parts: what several fields of a registration are made of.
import * as z from 'zod/mini';
import { findReferenceProblem, MALFORMED_POINTER } from '../tokens/claim-reference.ts';

// Every schema, and every check of one, is made at each start: as few as will do.
export const text = (maximum: number, problem: string) =>
  z.string('must be a string').check(z.regex(new RegExp(`^[^]{1,${maximum}}$`, 'u'), problem));

export const listOf = <T extends z.ZodMiniType>(
  item: T,
  maximum: number,
  problem: string,
  isCounted = ({ length }: readonly unknown[]) => length >= 1,
) =>
  z
    .array(item, problem)
    .check(
      z.refine((list) => isCounted(list as unknown[]) && (list as unknown[]).length <= maximum, problem),
    );

/** The name of a claim, or a JSON Pointer to one. */
export const claimReference = text(256, 'must be the name of a claim, 1–256 characters').check(
  z.refine((reference) => findReferenceProblem(reference) === undefined, MALFORMED_POINTER),
);

/** Sorted, each once: in whatever order it was written, it is the same registration. */
export function sortedSet<T extends string>(values: readonly T[]): T[] {
  return [...new Set(values)].sort();
}

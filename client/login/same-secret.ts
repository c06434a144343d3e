// Whether two texts are the same, in a time that says nothing of where they differ.
import { createHash, timingSafeEqual } from 'node:crypto';

export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

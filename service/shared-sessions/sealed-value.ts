// The sealed value: what the table keeps of a session, which only whoever KMS gives the hour's data key can open.
import { hash } from 'node:crypto';
import { open, seal } from '../sealed-box.ts';
import type { SealedItem } from './shared-items.ts';

/** With every change of what is sealed: two versions of the function share the table while one is deployed. */
const FORM = 1;

/** What the table knows a key by. */
export function itemIdOf(key: string): string {
  return hash('sha256', JSON.stringify([FORM, key]), 'base64url');
}

interface DataKey {
  readonly hour: string;
  readonly key: Uint8Array;
}

/** The item's id, the hour of the data key and the end are bound to it as associated data. */
export function sealValue(
  value: { readonly lastsUntil: number },
  id: string,
  { hour, key }: DataKey,
): SealedItem {
  const { lastsUntil } = value;
  return {
    hour,
    lastsUntil,
    bytes: seal(JSON.stringify(value), key, associatedWith(id, { hour, lastsUntil })),
  };
}

/** Throws where the bytes are not of this key and this item, whole. */
export function openValue(id: string, item: SealedItem, key: Uint8Array): unknown {
  return JSON.parse(open(Buffer.from(item.bytes), key, associatedWith(id, item)));
}

function associatedWith(id: string, { hour, lastsUntil }: Pick<SealedItem, 'hour' | 'lastsUntil'>): string {
  return JSON.stringify([id, hour, lastsUntil]);
}

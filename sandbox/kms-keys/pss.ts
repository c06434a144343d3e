// EMSA-PSS of a digest that is there already, which Node.js has not: RFC 8017, section 9.1. The salt is as long as the hash.
import { createHash } from 'node:crypto';

const TRAILER = 0xbc;

/** RFC 8017, section 9.1.1, from step 4 on. */
export function encodePss(digest: Buffer, hash: string, salt: Buffer, modulusBits: number): Buffer {
  const length = Math.ceil((modulusBits - 1) / 8);
  const sealed = hashOf(hash, Buffer.alloc(8), digest, salt);
  const room = length - sealed.length - 1;
  const block = Buffer.alloc(room);
  block[room - salt.length - 1] = 1;
  salt.copy(block, room - salt.length);
  const masked = xor(block, mask(sealed, room, hash));
  clearTopBits(masked, length, modulusBits);
  return Buffer.concat([masked, sealed, Buffer.from([TRAILER])]);
}

/** RFC 8017, section 9.1.2: the salt is read out of the encoding, which must then be the one that it makes. */
export function isPssEncoding(encoded: Buffer, digest: Buffer, hash: string, modulusBits: number): boolean {
  const sealed = encoded.subarray(encoded.length - digest.length - 1, -1);
  const masked = encoded.subarray(0, encoded.length - digest.length - 1);
  const salt = xor(masked, mask(sealed, masked.length, hash)).subarray(masked.length - digest.length);
  return encodePss(digest, hash, salt, modulusBits).equals(encoded);
}

/** MGF1: RFC 8017, appendix B.2.1. */
function mask(seed: Uint8Array, length: number, hash: string): Buffer {
  const blocks: Buffer[] = [];
  for (let made = 0, count = 0; made < length; count += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    const block = hashOf(hash, seed, counter);
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function clearTopBits(masked: Buffer, length: number, modulusBits: number): void {
  const unused = 8 * length - (modulusBits - 1);
  masked[0] = (masked[0] ?? 0) & (0xff >> unused);
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));
}

function hashOf(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const hashing = createHash(name);
  for (const part of parts) hashing.update(part);
  return hashing.digest();
}

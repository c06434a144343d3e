// What can be done to a genuine signature: the known ways, by name.

/** Order of P-256’s group (SEC 2, section 2.4.2). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** Order of Ed25519’s group (RFC 8032, section 5.1). */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export const damages: Readonly<Record<string, (signature: Buffer) => Buffer>> = {
  'cut by one byte': (signature) => signature.subarray(0, -1),
  'cut in half': (signature) => signature.subarray(0, signature.length / 2),
  'followed by a zero byte': (signature) => Buffer.concat([signature, Buffer.alloc(1)]),
  'preceded by a zero byte': (signature) => Buffer.concat([Buffer.alloc(1), signature]),
  'twice in a row': (signature) => Buffer.concat([signature, signature]),
  'with its first bit flipped': (signature) =>
    Buffer.concat([Buffer.from([(signature[0] as number) ^ 0x80]), signature.subarray(1)]),
  'with its last bit flipped': (signature) =>
    Buffer.concat([signature.subarray(0, -1), Buffer.from([(signature.at(-1) as number) ^ 1])]),
  'with r and s exchanged': (signature) => Buffer.concat([signature.subarray(32), signature.subarray(0, 32)]),
  'with s as n − s': (signature) =>
    withSecondHalf(signature, bytesOf(P256_ORDER - BigInt(`0x${signature.subarray(32).toString('hex')}`))),
  'with S as S + L': (signature) => {
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
    return withSecondHalf(signature, bytesOf(s + ED25519_ORDER).reverse());
  },
};

export function damaged(signature: Buffer, name: string): Buffer {
  const damage = damages[name];
  if (!damage) throw new Error(`there is no damage “${name}”`);
  return damage(signature);
}

function withSecondHalf(signature: Buffer, half: Buffer): Buffer {
  return Buffer.concat([signature.subarray(0, 32), half]);
}

/** Big-endian, 32 bytes. */
function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

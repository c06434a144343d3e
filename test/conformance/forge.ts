// The forge: makes the token that a conformance case describes.
import { constants, createHmac, sign } from 'node:crypto';
import { keyNamed, publicJwkOf, publicKeyOf } from './keys.ts';
import { damaged } from './signature-damage.ts';
import { defaultClaims, type Part, type Signing, type TokenCase } from './token-case.ts';

type Piece = Extract<Part, string | { repeat: string }>;

/** @returns the token's text, whatever it looks like */
export function forge(one: TokenCase): string {
  if (one.token !== undefined) return one.token;
  const { signed = { key: 'ES256' }, respelled = [], altered = {} } = one;
  const spell = (name: 'header' | 'payload' | 'signature', text: string) =>
    respelled.includes(name) ? withOtherLastCharacter(text) : text;

  const header = spell('header', encode(bytesOf(one.header ?? defaultHeader(signed))));
  const payload = spell('payload', encode(bytesOf(one.payload ?? claimsOf(one))));
  const signature = signatureOf(`${header}.${payload}`, signed);
  return assemble(one.form ?? '{header}.{payload}.{signature}', {
    header: altered.header === undefined ? header : encode(bytesOf(altered.header)),
    payload:
      altered.claims === undefined
        ? payload
        : encode(bytesOf({ ...claimsOf(one), ...unfold(altered.claims) })),
    signature: spell(
      'signature',
      encode(altered.signature === undefined ? signature : damaged(signature, altered.signature)),
    ),
  });
}

function defaultHeader(signed: Signing) {
  const { algorithm, kid } = keyNamed('key' in signed ? signed.key : 'ES256');
  return { alg: algorithm, kid, typ: 'JWT' };
}

function claimsOf({ claims = {}, without = [] }: TokenCase): Record<string, unknown> {
  const all = Object.entries({ ...defaultClaims, ...unfold(claims) });
  return Object.fromEntries(all.filter(([name]) => !without.includes(name)));
}

function signatureOf(input: string, signed: Signing): Buffer {
  if ('hex' in signed) return Buffer.from(textOf(signed.hex), 'hex');
  if ('hmac' in signed) return createHmac(signed.hmac, secretOf(signed.secret)).update(input).digest();
  const { privateKey: key, algorithm: own } = keyNamed(signed.key);
  const algorithm = signed.algorithm ?? own;
  const bits = Number.parseInt(algorithm.slice(2), 10);
  const data = Buffer.from(input);
  switch (algorithm.slice(0, 2)) {
    case 'RS':
      return sign(`sha${bits}`, data, { key, padding: constants.RSA_PKCS1_PADDING });
    case 'PS':
      return sign(`sha${bits}`, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: signed.saltLength ?? bits / 8,
      });
    case 'ES':
      return sign(`sha${bits}`, data, { key, dsaEncoding: signed.encoding ?? 'ieee-p1363' });
    default:
      return sign(null, data, key);
  }
}

/** What an attacker may take for the secret of an HMAC: what the issuer publishes, in its several forms. */
function secretOf(secret: string): string | Buffer {
  switch (secret) {
    case 'the public key RS256 as PEM':
      return publicKeyOf('RS256').export({ type: 'spki', format: 'pem' });
    case 'the public key RS256 as DER':
      return publicKeyOf('RS256').export({ type: 'spki', format: 'der' });
    case 'the public key RS256 as PKCS #1 PEM':
      return publicKeyOf('RS256').export({ type: 'pkcs1', format: 'pem' });
    case 'the public key RS256 as JWK':
      return JSON.stringify(publicJwkOf('RS256'));
    case 'the modulus of RS256':
      return Buffer.from(publicJwkOf('RS256').n as string, 'base64url');
    default:
      return secret;
  }
}

function assemble(form: string, parts: Record<'header' | 'payload' | 'signature', string>): string {
  return form.replace(/\{(header|payload|signature)(?::(base64|padded))?\}/g, (_, name, spelling) => {
    const text = parts[name as keyof typeof parts];
    if (spelling === undefined) return text;
    if (spelling === 'padded') return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    return Buffer.from(text, 'base64url').toString('base64').replaceAll('=', '');
  });
}

function bytesOf(part: Part | Record<string, unknown>): Buffer {
  if (typeof part === 'string' || Array.isArray(part) || 'repeat' in part)
    return Buffer.from(textOf(part as Piece | Piece[]));
  if ('hex' in part) return Buffer.from(textOf(part.hex as Piece), 'hex');
  return Buffer.from(JSON.stringify(unfold(part)));
}

function textOf(text: Piece | Piece[]): string {
  return [text]
    .flat()
    .map((piece) => (typeof piece === 'string' ? piece : piece.repeat.repeat(piece.times)))
    .join('');
}

/** The object with its repetitions and keys written out: `{ "repeat": "x", "times": 3 }`, `{ "jwkOf": "ES256" }`. */
function unfold(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value), (_, inner) => {
    if (typeof inner?.repeat === 'string') return inner.repeat.repeat(inner.times);
    return typeof inner?.jwkOf === 'string' ? publicJwkOf(inner.jwkOf) : inner;
  });
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64url');
}

/** Another spelling of the same bytes, where the last character has bits to spare (RFC 4648, section 3.5). */
function withOtherLastCharacter(text: string): string {
  if (text.length % 4 === 0) throw new Error('every bit of the last character counts');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) as string) ^ 1];
}

// The session tag's value: which characters a tenant's name may have.

/** `Strict`: what cannot be mistaken in any policy. `Any`: all that STS allows, but nothing. */
export type SessionTagValues = 'Strict' | 'Any';

/** What cannot be mistaken for a wildcard, a path, a blank or the next part of an ARN in any policy: ASCII only. */
const strict = /^[A-Za-z0-9][A-Za-z0-9_.=+@-]{0,255}$/;
/** All that STS allows (https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html) but the empty value. */
const any = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/** What is wrong with a value, or `undefined`; whether `Any` would let it in is said too. */
export function findValueProblem(value: string, values: SessionTagValues): string | undefined {
  if (values === 'Any') {
    return any.test(value) ? undefined : 'must be 1–256 letters, digits, spaces or _.:/=+-@';
  }
  if (strict.test(value)) return undefined;
  return (
    'must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit' +
    (any.test(value) ? '; SessionTagValues: Any allows all that STS does' : '')
  );
}

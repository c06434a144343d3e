// The registration's bounds as a whole: how large it may be, and where its keys are to be fetched from.
import { BrokerError } from '../errors.ts';
import { fieldOfIssuer } from './problems.ts';
import type { Registration } from './registration.ts';
import { renderRegistration } from './registration-document.ts';

/** A log line, which holds a registration three times when it is replaced, has 256 KiB at most: a longer one would be cut up. */
const MAX_REGISTRATION_BYTES = 64 * 1024;

/** @throws BrokerError InvalidRequest for a registration that no audit record has room for */
export function requireRecordable(registration: Registration): void {
  const length = Buffer.byteLength(JSON.stringify(renderRegistration(registration)));
  if (length <= MAX_REGISTRATION_BYTES) return;
  throw new BrokerError(
    'InvalidRequest',
    `the registration has ${length} bytes as JSON in UTF-8, and may have ${MAX_REGISTRATION_BYTES}: ` +
      'shorten Issuers, RequiredClaims or SessionTags',
  );
}

/** Where the keys of a registration's issuers are, each with the field that says so. */
export function jwksUrlFieldsOf(registration: Registration): Map<string, string> {
  return new Map(
    registration.issuers.map(({ jwksUrl }, index) => [
      jwksUrl,
      fieldOfIssuer(registration, index, 'JWKSetURL'),
    ]),
  );
}

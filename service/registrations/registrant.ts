// The registrant: who a registration is of, and whose word that is.
import type { Caller } from '../caller.ts';
import { BrokerError } from '../errors.ts';
import type { Registration } from './registration.ts';
import { renderRegistration } from './registration-document.ts';
import type { StoredRegistration } from './stored-registration.ts';

export interface Registrant extends Caller {
  /** A registrar speaks for the application, whose role may have been made anew. */
  readonly byRegistrar?: boolean;
}

/** The registration, if it is the registrant's. @throws BrokerError ApplicationRoleRecreated */
export function ownedBy(caller: Registrant, registration: StoredRegistration): StoredRegistration {
  if (caller.byRegistrar || registration.applicationRoleId === caller.applicationRoleId) return registration;
  throw new BrokerError(
    'ApplicationRoleRecreated',
    `the application ${caller.applicationName} was registered by an earlier role of this name`,
  );
}

/** The registration, if there is one. @throws BrokerError ApplicationNotFound */
export function found(
  registration: StoredRegistration | undefined,
  applicationName: string,
): StoredRegistration {
  if (registration) return registration;
  throw new BrokerError('ApplicationNotFound', `the application ${applicationName} is not registered`);
}

/** The stored registration, if it is what the registrant asks for. @throws BrokerError ApplicationAlreadyRegistered */
export function sameAs(
  { applicationRoleId }: Registrant,
  registration: Registration,
  stored: StoredRegistration,
): StoredRegistration {
  const isSame =
    applicationRoleId === stored.applicationRoleId &&
    JSON.stringify(renderRegistration(registration)) === JSON.stringify(renderRegistration(stored));
  if (isSame) return stored;
  throw new BrokerError(
    'ApplicationAlreadyRegistered',
    `the application ${stored.applicationName} is registered differently; replace it with PUT /applications`,
  );
}

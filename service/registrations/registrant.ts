// The registrant: who a registration is of, and whose word that is.
import type { Caller } from '../caller.ts';
import { BrokerError } from '../errors.ts';
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

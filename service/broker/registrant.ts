// The registrant: whose registration a request is about, and whether the caller may speak for it.
import type { Caller } from '../caller.ts';
import { BrokerError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { Registrant } from '../registrations/registrant.ts';
import { type BrokerRequest, jsonBodyOf, refuseOtherParameters } from './request.ts';

/** What a registrar names an application by. */
export const applicationName = {
  pattern: /^[\w+=,.@-]{2,64}$/,
  what: 'the name of an application: of its IAM role, without a path',
};
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export const roleId = {
  pattern: /^AROA[A-Z0-9]{10,124}$/,
  what: 'the unique id of the application’s role (AROA…), as iam GetRole shows it',
};

/** A request about a registration, and the document that it sends. */
export interface RegistrationRequest {
  readonly registrant: Registrant;
  readonly document: unknown;
}

/**
 * An application may name itself in a request about its registration; another it may name if it is a registrar, and then it
 * must. Where there are registrars, nobody else writes.
 */
export class Registrants {
  /** @param registrars role names that alone may write registrations; empty: every application writes its own */
  constructor(private readonly registrars: readonly string[]) {}

  /**
   * Of `POST` and `PUT`, which name the application in the body. A registrar names the unique id of its role too, which
   * nothing in the request proves and the broker has no permission to look up: from then on only that role is the
   * application.
   *
   * @throws BrokerError NotARegistrar, InvalidRequest
   */
  ofWrite(request: BrokerRequest, caller: Caller): RegistrationRequest {
    refuseOtherParameters(request);
    const body = jsonBodyOf(request);
    if (this.registrars.length > 0) this.#requireRegistrar(caller);
    if (!isJsonObject(body)) return { registrant: caller, document: body };
    const { ApplicationName, ApplicationRoleId, ...document } = body;
    if (!this.#isRegistrar(caller)) {
      requireItself(caller.applicationName, ApplicationName);
      requireItself(caller.applicationRoleId, ApplicationRoleId);
      return { registrant: caller, document };
    }
    return {
      registrant: {
        applicationName: matching('ApplicationName', ApplicationName, applicationName),
        applicationRoleId: matching('ApplicationRoleId', ApplicationRoleId, roleId),
        byRegistrar: true,
      },
      document,
    };
  }

  /** Of `DELETE`, which names the application in the query. @throws BrokerError NotARegistrar, InvalidRequest */
  ofRemoval(request: BrokerRequest, caller: Caller): Registrant {
    if (this.registrars.length > 0) this.#requireRegistrar(caller);
    return this.ofReading(request, caller);
  }

  /** Of `GET`, likewise: every application may see its own. @throws BrokerError NotARegistrar, InvalidRequest */
  ofReading(request: BrokerRequest, caller: Caller): Registrant {
    refuseOtherParameters(request, 'applicationName');
    const { applicationName: name } = request.query;
    if (!this.#isRegistrar(caller)) {
      requireItself(caller.applicationName, name);
      return caller;
    }
    return {
      applicationName: matching('applicationName', name, applicationName),
      applicationRoleId: '',
      byRegistrar: true,
    };
  }

  #isRegistrar({ applicationName: name }: Caller): boolean {
    return this.registrars.includes(name);
  }

  #requireRegistrar(caller: Caller): void {
    if (this.#isRegistrar(caller)) return;
    throw new BrokerError(
      'NotARegistrar',
      `registrations are written by registrars here, and the role ${caller.applicationName} is none of them`,
    );
  }
}

function requireItself(own: string, named: unknown): void {
  if (named === undefined || named === own) return;
  throw new BrokerError('NotARegistrar', 'only a registrar may name another application than the caller');
}

function matching(field: string, value: unknown, { pattern, what }: typeof roleId): string {
  if (value === undefined) throw new BrokerError('InvalidRequest', `${field}: is required of a registrar`);
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new BrokerError('InvalidRequest', `${field}: must be ${what}`);
}

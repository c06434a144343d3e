// Create, update and delete of a registration, each so that it may be asked for twice, or be rolled back.
import { SessionBrokerError } from '../../library/errors.ts';
import type { RegisteredApplication, RegistrationRequest } from '../../library/registration.ts';
import type { SessionBroker } from '../../library/session-broker.ts';
import { type Outcome, type RegistrationProperties, registrationIn, shortened } from './custom-resource.ts';

/** Does something with the broker, as the role of these properties, and waits for IAM. */
export type AskBroker = <T>(
  properties: RegistrationProperties,
  ask: (broker: SessionBroker) => Promise<T>,
) => Promise<T>;

/** A failure, and by which name CloudFormation is to know what it may have left. */
export class NotRegistered extends Error {
  override readonly name = 'NotRegistered';
  constructor(
    readonly physicalId: string,
    cause: unknown,
  ) {
    super('not registered', { cause });
  }
}

/**
 * Role names have no slash: what follows one says that this registration is not the stack's to delete. It was there before
 * the stack, or nobody knows.
 */
const ADOPTED = '/adopted';
const UNKNOWN = '/unknown';

/** @throws NotRegistered */
export async function create(ask: AskBroker, properties: RegistrationProperties): Promise<Outcome> {
  const { ApplicationName } = properties;
  let physicalId = ApplicationName + UNKNOWN;
  try {
    const isThere = await ask(properties, (broker) => isRegistered(broker, properties));
    // From here on a failure is of this stack: whatever it leaves half done is deregistered when it is rolled back.
    physicalId = isThere ? ApplicationName + ADOPTED : ApplicationName;
    const registered = await ask(properties, (broker) => put(broker, properties, ['register', 'replace']));
    return { physicalId, data: attributesOf(registered) };
  } catch (cause) {
    throw new NotRegistered(physicalId, cause);
  }
}

/**
 * A different name is another application: the earlier one is deregistered first, for an access role may be of one alone.
 * @throws NotRegistered
 */
export async function update(
  ask: AskBroker,
  physicalId: string,
  properties: RegistrationProperties,
  oldProperties: RegistrationProperties,
): Promise<Outcome> {
  try {
    if (applicationOf(physicalId) !== properties.ApplicationName) {
      await remove(ask, physicalId, oldProperties);
      return await createInItsPlace(ask, properties);
    }
    const registered = await ask(properties, (broker) => put(broker, properties, ['replace', 'register']));
    return { physicalId, data: attributesOf(registered) };
  } catch (cause) {
    throw new NotRegistered(physicalId, cause instanceof NotRegistered ? cause.cause : cause);
  }
}

/** CloudFormation goes back to the earlier name when this fails: nothing may be left that has the access role. */
async function createInItsPlace(ask: AskBroker, properties: RegistrationProperties): Promise<Outcome> {
  try {
    return await create(ask, properties);
  } catch (error) {
    if (error instanceof NotRegistered) await remove(ask, error.physicalId, properties).catch(() => {});
    throw error;
  }
}

/** @throws NotRegistered */
export async function remove(
  ask: AskBroker,
  physicalId: string,
  properties: RegistrationProperties,
): Promise<Outcome> {
  if (physicalId !== properties.ApplicationName) return { physicalId, data: { Left: 'true' } };
  try {
    await ask(properties, (broker) => broker.deregister(ownerOf(properties)));
    return { physicalId, data: {} };
  } catch (cause) {
    throw new NotRegistered(physicalId, cause);
  }
}

function applicationOf(physicalId: string): string {
  return physicalId.split('/', 1)[0] as string;
}

async function isRegistered(broker: SessionBroker, properties: RegistrationProperties): Promise<boolean> {
  try {
    await broker.show(ownerOf(properties));
    return true;
  } catch (error) {
    if (hasCode(error, 'ApplicationNotFound')) return false;
    throw error;
  }
}

/** Tries one, and the other where it is refused for what is registered already, or not. */
async function put(
  broker: SessionBroker,
  properties: RegistrationProperties,
  [first, second]: readonly ['register' | 'replace', 'register' | 'replace'],
): Promise<RegisteredApplication> {
  const { ApplicationName, ApplicationRoleId } = properties;
  const request: RegistrationRequest = {
    ...registrationIn(properties),
    ...(ApplicationRoleId !== undefined && { ApplicationName, ApplicationRoleId }),
  };
  try {
    return await broker[first](request);
  } catch (error) {
    const other = first === 'register' ? 'ApplicationAlreadyRegistered' : 'ApplicationNotFound';
    if (hasCode(error, other)) return broker[second](request);
    throw error;
  }
}

function ownerOf({ ApplicationName, ApplicationRoleId }: RegistrationProperties) {
  return ApplicationRoleId === undefined ? {} : { applicationName: ApplicationName };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof SessionBrokerError && error.code === code;
}

/** No output of a stack may be empty. */
const NONE = 'none';
/** Bytes. A name, or an id; and the codes of all warnings that there are. */
const LONGEST_NAME = 150;
const LONGEST_CODES = 450;

function attributesOf(registered: RegisteredApplication): Record<string, string> {
  const { ApplicationName, ApplicationRoleId, ExternalId, AccessRoleId = NONE, Warnings } = registered;
  const warnings = Warnings.map(({ Code, Message }) => `${Code}: ${Message}`).join('\n');
  return {
    ApplicationName: shortened(ApplicationName, LONGEST_NAME),
    ApplicationRoleId: shortened(ApplicationRoleId, LONGEST_NAME),
    ExternalId: shortened(ExternalId, LONGEST_NAME),
    AccessRoleId: shortened(AccessRoleId, LONGEST_NAME),
    WarningCodes: shortened(Warnings.map(({ Code }) => Code).join(','), LONGEST_CODES) || NONE,
    Warnings: shortened(warnings) || NONE,
  };
}

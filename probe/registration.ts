// The registration of the probe's application: written by itself, or by a registrar where the deployment has such.
import { GetRoleCommand, type IAMClient } from '@aws-sdk/client-iam';
import { type Patience, patiently } from '../client/account/patience.ts';
import { whileMayRegister } from '../client/account/roles.ts';
import {
  type BrokerAnswer,
  type Credentials,
  callBroker,
  leavesNothingRegistered,
} from '../client/broker-client.ts';
import { told } from './answer.ts';
import { describeError, ProbeError } from './check.ts';
import { arnOf, ownPoolOf, SESSION_TAG_KEY, type SetupParts } from './setup-parts.ts';
import { assumeRole } from './subject.ts';

/** Registers the application, whose roles are there. @throws ProbeError */
export async function register(parts: SetupParts): Promise<void> {
  const { clients, api, names, registrar, patience } = parts;
  const named = registrar && {
    ApplicationName: names.application,
    ApplicationRoleId: await roleIdOf(clients.iam, names.application),
  };
  const body = { ...registrationOf(parts), ...named };
  await write(parts, patience, {
    what: 'registration',
    send: (writer) => callBroker(api, { method: 'POST', path: 'applications', body }, writer),
    isDone: ({ status }) => status === 201,
  });
}

/** Removes the registration, if there is one. @throws ProbeError */
export async function deregister(parts: SetupParts): Promise<void> {
  const { clients, api, names, registrar } = parts;
  // Its own registration nobody can remove without the role.
  if (!registrar && (await roleIdOf(clients.iam, names.application)) === undefined) return;
  const query = registrar && { applicationName: names.application };
  const send = (method: 'DELETE' | 'GET', writer: Credentials) =>
    callBroker(api, { method, path: 'applications', ...(query && { query }) }, writer);
  // Without the signal: what was interrupted is to be removed.
  await write(
    parts,
    { patienceMs: parts.patience.patienceMs },
    {
      what: 'deregistration',
      send: async (writer) => {
        const answer = await send('DELETE', writer);
        if (registrar || !isNotARegistrar(answer)) return answer;
        // Whoever may not write its registration may still see that there is none.
        const seen = await send('GET', writer);
        return seen.status === 404 ? seen : answer;
      },
      // The code has to be the broker's: a gateway answers 404, too, to a name that it does not serve.
      isDone: leavesNothingRegistered,
    },
  );
}

interface Write {
  readonly what: string;
  readonly send: (writer: Credentials) => Promise<BrokerAnswer>;
  readonly isDone: (answer: BrokerAnswer) => boolean;
}

/** As the registrar, or as the application, which may write only meanwhile. */
async function write(parts: SetupParts, patience: Patience, { what, send, isDone }: Write): Promise<void> {
  const { clients, account, names, registrar } = parts;
  const attempt = async (writer: Credentials) => {
    const answer = await send(writer);
    // Whoever is no registrar will be none however often it asks.
    if (isDone(answer) || isNotARegistrar(answer)) return answer;
    throw new ProbeError(`the ${what} was refused: ${told(answer)}`);
  };
  const asRegistrar = async (session: () => Promise<Credentials>) => {
    const writer = await sessionOfRegistrar(session);
    return patiently(patience, () => attempt(writer));
  };
  const asItself = () =>
    whileMayRegister(clients.iam, account, names.application, () =>
      patiently(patience, async () =>
        attempt(await assumeRole(clients.sts, arnOf(account, names.application))),
      ),
    );
  const answer = await (registrar ? asRegistrar(registrar) : asItself());
  if (!isDone(answer)) throw new ProbeError(`the ${what} was refused: ${told(answer)}; ${remedyOf(parts)}`);
}

async function sessionOfRegistrar(session: () => Promise<Credentials>): Promise<Credentials> {
  try {
    return await session();
  } catch (error) {
    throw new ProbeError(`the role of --registrar-role cannot be assumed: ${describeError(error)}`);
  }
}

function isNotARegistrar({ body }: BrokerAnswer): boolean {
  return body['code'] === 'NotARegistrar';
}

function remedyOf({ registrar }: SetupParts): string {
  return registrar
    ? 'name one of the deployment’s registrars with --registrar-role, or leave it out where there are none'
    : 'the deployment has registrars: name one of them with --registrar-role';
}

function registrationOf(parts: SetupParts): object {
  const { names, claimName } = parts;
  const pool = ownPoolOf(parts);
  const jwksUrl = parts.jwksUrl ?? pool?.jwksUrl;
  const issuer = parts.issuer ?? pool?.jwksUrl.replace(/\/\.well-known\/jwks\.json$/, '');
  return {
    AccessRoleName: names.access,
    SessionTagKey: SESSION_TAG_KEY,
    JWTClaimName: claimName,
    JWKSetURL: jwksUrl,
    ...(issuer !== undefined && { Issuer: issuer }),
    ...(pool && { Audience: pool.clientId, TokenUse: 'id' }),
    SessionDurationSeconds: 900,
  };
}

/** The role's unique id; undefined where there is no such role. */
async function roleIdOf(iam: IAMClient, roleName: string): Promise<string | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName }));
    return Role?.RoleId;
  } catch (error) {
    if ((error as Error).name.startsWith('NoSuchEntity')) return undefined;
    throw error;
  }
}

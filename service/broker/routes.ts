// The broker's routes: which operation each carries out, and how its outcome is shown.
import { renderRegistration } from '../registrations/registration-document.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
import { warningsOf } from '../registrations/warnings.ts';
import { answer, type Route, type Routes } from './api.ts';
import type { CredentialsManager, IssuedCredentials } from './credentials-manager.ts';

/** Five operations, on six routes. */
export function routesOf(manager: CredentialsManager): Routes {
  const getCredentials: Route = {
    operation: 'GetCredentials',
    run: async (request, decision) =>
      answer(200, renderCredentials(await manager.issueCredentials(request, decision))),
  };
  return new Map<string, Route>([
    ['GET /credentials', getCredentials],
    ['POST /credentials', getCredentials],
    [
      'POST /applications',
      {
        operation: 'RegisterApplication',
        run: async (request, decision) => {
          const { stored, created } = await manager.register(request, decision);
          return answer(created ? 201 : 200, renderStored(stored));
        },
      },
    ],
    [
      'PUT /applications',
      {
        operation: 'ReplaceApplication',
        run: async (request, decision) => answer(200, renderStored(await manager.replace(request, decision))),
      },
    ],
    [
      'GET /applications',
      {
        operation: 'ShowApplication',
        run: async (request, decision) => answer(200, renderStored(await manager.show(request, decision))),
      },
    ],
    [
      'DELETE /applications',
      {
        operation: 'DeregisterApplication',
        run: async (request, decision) =>
          answer(200, renderStored(await manager.deregister(request, decision))),
      },
    ],
  ]);
}

/** What a `credential_process` prints, and the session's tags: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export function renderCredentials({ credentials, tags }: IssuedCredentials) {
  return {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt).toISOString(),
    Tags: tags,
  };
}

function renderStored(stored: StoredRegistration) {
  return {
    ApplicationName: stored.applicationName,
    ApplicationRoleId: stored.applicationRoleId,
    ...renderRegistration(stored),
    ExternalId: stored.applicationName,
    ...(stored.accessRoleId !== undefined && { AccessRoleId: stored.accessRoleId }),
    ...(stored.sharedBy !== undefined && { SharedBy: stored.sharedBy }),
    ...(stored.revokedAt !== undefined && { RevokedAt: stored.revokedAt }),
    RegisteredAt: stored.registeredAt,
    Warnings: warningsOf(stored),
  };
}

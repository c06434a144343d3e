// The routes that data access adds to the broker's, or answers in their place.
import { answer, type Route, type Routes } from '../broker/api.ts';
import { renderCredentials } from '../broker/routes.ts';
import type { ListedGrants } from '../data-access/access-grants.ts';
import type { DataAccessManager, IssuedAccess } from './data-access-manager.ts';

export function dataAccessRoutesOf(manager: DataAccessManager): Routes {
  const getCredentials: Route = {
    operation: 'GetCredentials',
    run: async (request, decision) =>
      answer(200, renderAccess(await manager.issueCredentials(request, decision))),
  };
  const listGrants: Route = {
    operation: 'ListGrants',
    run: async (request, decision) => answer(200, renderGrants(await manager.listGrants(request, decision))),
  };
  return new Map([
    ['GET /credentials', getCredentials],
    ['POST /credentials', getCredentials],
    ['GET /grants', listGrants],
    ['POST /grants', listGrants],
  ]);
}

/** As AWSIAMIdentityCenterAllowListForIdentityContext leaves it, which STS attaches to such a session. */
const reachesLittle = {
  Code: 'IdentityContextReachesLittle',
  Message:
    'Credentials that act for a user reach neither S3 nor DynamoDB, and assume no role: ask for data with a target, ' +
    'or use services that take the user’s identity, as Athena, Glue, Lake Formation, EMR and OpenSearch do.',
};

function renderAccess({ data, actsForUser, ...issued }: IssuedAccess) {
  return {
    ...renderCredentials(issued),
    ...(data && {
      MatchedGrantTarget: data.matchedGrantTarget,
      Permission: data.permission,
      Grantee: {
        GranteeType: data.grantee.granteeType,
        GranteeIdentifier: data.grantee.granteeIdentifier,
      },
    }),
    ...(actsForUser && !data && { Warnings: [reachesLittle] }),
  };
}

function renderGrants({ grants, nextToken }: ListedGrants) {
  return {
    Grants: grants.map(({ grantScope, permission, applicationArn }) => ({
      GrantScope: grantScope,
      Permission: permission,
      ...(applicationArn !== undefined && { ApplicationArn: applicationArn }),
    })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
}

// AWS::SSO::ApplicationAssignment
import { z } from 'zod';
import { principalTypes } from '../identity-center/application.ts';
import { assign, findAssignment } from '../identity-center/assignments.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ApplicationArn: z.string(),
  PrincipalId: z.string(),
  PrincipalType: z.enum(principalTypes),
});

export const identityCenterAssignment = resourceType(
  properties,
  ({ ApplicationArn, PrincipalId: principalId, PrincipalType: principalType }, { account }) => {
    const { applications, store } = account.identityCenter.requireInstance();
    assign(applications.get(ApplicationArn), { principalId, principalType }, store);
    return { ref: `${ApplicationArn}|${principalType}|${principalId}`, attributes: {} };
  },
  {
    delete(
      { properties: { ApplicationArn, PrincipalId: principalId, PrincipalType: principalType } },
      { account },
    ) {
      const { assignments } = account.identityCenter.requireInstance().applications.get(ApplicationArn);
      const found = findAssignment({ assignments }, { principalId, principalType });
      if (found) assignments.splice(assignments.indexOf(found), 1);
    },
  },
);

// CreateRole: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
import type { Operation } from '../../account/operation.ts';
import { optionalText, requireInteger, requireText } from '../../constraints.ts';
import { permissionsBoundary } from '../../identities/managed-policies.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { requireRoleName } from './resource-arn.ts';
import { shownRole } from './shown-role.ts';
import { readTags, requestTagContext } from './tags.ts';

export const createRole: Operation = {
  authorize(call) {
    const resource = `arn:aws:iam::${call.account.accountId}:role${call.input['Path'] ?? '/'}${requireRoleName(call)}`;
    const context = requestTagContext(call);
    const creation = { action: 'iam:CreateRole', resource, context };
    return readTags(call).size === 0 ? creation : [creation, { action: 'iam:TagRole', resource, context }];
  },
  run(call) {
    const { account, input } = call;
    const boundary = optionalText('permissionsBoundary', input['PermissionsBoundary'], {
      minLength: 20,
      maxLength: 2_048,
    });
    const document = requireText('assumeRolePolicyDocument', input['AssumeRolePolicyDocument'], {
      maxLength: 131_072,
    });
    const path = optionalText('path', input['Path']);
    const description = optionalText('description', input['Description'], { minLength: 0, maxLength: 1_000 });
    const maxSessionDuration = input['MaxSessionDuration'];
    const role = account.identities.createRole({
      roleName: requireRoleName(call),
      trustPolicy: parsePolicy(document, 'trust'),
      tags: Object.fromEntries(readTags(call)),
      ...(boundary !== undefined && { permissionsBoundary: permissionsBoundary(boundary) }),
      ...(path !== undefined && { path }),
      ...(description !== undefined && { description }),
      ...(maxSessionDuration !== undefined && {
        maxSessionDurationSeconds: requireInteger('maxSessionDuration', maxSessionDuration, {
          min: 3_600,
          max: 43_200,
        }),
      }),
    });
    return { Role: shownRole(account, role) };
  },
};

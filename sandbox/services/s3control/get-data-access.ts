// GetDataAccess: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetDataAccess.html
import { permissions } from '../../access-grants/grant.ts';
import { matchingGrant } from '../../access-grants/matching.ts';
import { parseScope, type Scope } from '../../access-grants/scope.ts';
import type { Operation, OperationCall } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireInteger, requireOneOf, requireText } from '../../constraints.ts';
import { askerOf } from './asker.ts';
import { onInstance } from './instance-request.ts';
import { shownGrantee } from './shown.ts';
import { vendCredentials } from './vended-credentials.ts';

const DEFAULT_DURATION_SECONDS = 3_600;

export const getDataAccess: Operation = {
  recorded: ['Target', 'Permission', 'Privilege', 'DurationSeconds', 'TargetType', 'AuditContext'],
  authorize: onInstance('GetDataAccess'),
  run(call): RestXmlOutput {
    const { target, permission, privilege, durationSeconds } = readRequest(call);
    const { accessGrants } = call.account;
    const instance = accessGrants.requireInstance();
    const candidates = accessGrants.grants.forDecision();
    const grant = matchingGrant(candidates, instance, askerOf(call), { target, permission });
    if (!grant) throw notGranted(permission, target);
    const scope = privilege === 'Minimal' ? target : grant.scope;
    const Credentials = vendCredentials(call, { grant, scope, permission, durationSeconds });
    call.record('MatchedGrantTarget', scope.text);
    call.record('Grantee', `${grant.grantee.granteeType} ${grant.grantee.granteeIdentifier}`);
    return {
      xml: {
        GetDataAccessResult: {
          Credentials,
          MatchedGrantTarget: scope.text,
          Grantee: shownGrantee(grant.grantee),
        },
      },
    };
  },
};

function readRequest({ input }: OperationCall) {
  const target = parseScope(requireText('target', input['Target'], { maxLength: 2_000 }));
  const privilege = requireOneOf('privilege', input['Privilege'] ?? 'Default', ['Minimal', 'Default']);
  const targetType = optionalText('targetType', input['TargetType']);
  if (targetType !== undefined) requireOneOf('targetType', targetType, ['Object']);
  requireTargetType(target, privilege, targetType);
  optionalText('auditContext', input['AuditContext'], { maxLength: 2_048 });
  return {
    target,
    privilege,
    permission: requireOneOf('permission', input['Permission'], permissions),
    durationSeconds: requireInteger('durationSeconds', input['DurationSeconds'] ?? DEFAULT_DURATION_SECONDS, {
      min: 900,
      max: 43_200,
    }),
  };
}

/**
 * An object is said to be one, where it is asked for and no more; and nothing else is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-credentials.html
 */
function requireTargetType(target: Scope, privilege: string, targetType: string | undefined): void {
  const isFolder = target.isPrefix || target.key === '' || target.key.endsWith('/');
  const problem =
    targetType === undefined
      ? privilege === 'Minimal' &&
        !isFolder &&
        'a target that is an object, with privilege Minimal, needs targetType=Object'
      : target.isPrefix && 'targetType=Object is for a target that is an object';
  if (problem) throw new AwsError('InvalidRequest', `Invalid request: ${problem}`);
}

function notGranted(permission: string, { text }: Scope): AwsError {
  return new AwsError(
    'AccessDenied',
    `You do not have ${permission} permissions to the requested S3 Prefix: ${text}`,
    403,
  );
}

// What the application's own role may ask the broker for: credentials at any time, registrations in one session alone.
import { type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type BrokerReference, routeArnOf } from './broker-reference.ts';
import { registrationSession } from './registration-session.ts';

const INVOKE = 'execute-api:Invoke';

export function credentialsStatement(broker: BrokerReference): PolicyStatement {
  return new PolicyStatement({
    actions: [INVOKE],
    resources: ['GET', 'POST'].map((method) => routeArnOf(broker, method, 'credentials')),
  });
}

/**
 * Allows `/applications`, and denies it to every session that lacks the tag, or the name. Only the registration's function
 * can have both, as long as the trust policy lets nobody else tag a session of this role; a tag of the role itself gives no
 * name. Being a denial, it holds whatever else the role is allowed.
 */
export function registrationStatements(broker: BrokerReference): PolicyStatement[] {
  const { name, tagKey, tagValue } = registrationSession;
  const resources = [routeArnOf(broker, '*', 'applications')];
  const deniedUnless = (conditions: Record<string, Record<string, string>>) =>
    PolicyStatement.fromJson({ Effect: 'Deny', Action: INVOKE, Resource: resources, Condition: conditions });
  return [
    new PolicyStatement({ actions: [INVOKE], resources }),
    deniedUnless({ StringNotEquals: { [`aws:PrincipalTag/${tagKey}`]: tagValue } }),
    deniedUnless({ StringNotLike: { 'aws:userid': `*:${name}` } }),
  ];
}

/** Statements of the application's trust policy: they let the function in, with this session and no other. */
export function trustStatements(registrar: IPrincipal): PolicyStatement[] {
  const { name, tagKey, tagValue } = registrationSession;
  return [
    new PolicyStatement({
      principals: [registrar],
      actions: ['sts:AssumeRole'],
      conditions: { StringEquals: { 'sts:RoleSessionName': name } },
    }),
    new PolicyStatement({
      principals: [registrar],
      actions: ['sts:TagSession'],
      conditions: {
        StringEquals: { [`aws:RequestTag/${tagKey}`]: tagValue },
        'ForAllValues:StringEquals': { 'aws:TagKeys': [tagKey] },
      },
    }),
  ];
}

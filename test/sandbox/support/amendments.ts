// Amendments of a synthesized template: what an operator would set in cdk.json.
import type { Template } from '../../../sandbox/templates/template.ts';

/** Sets properties of every resource of the type. */
export function setProperties(template: Template, type: string, properties: object): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === type) Object.assign(Properties as object, properties);
  }
}

/** Sets environment variables of the function, given those that it has. */
export function setVariables(
  template: Template,
  settings: (variables: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = (Properties as { Environment: { Variables: Record<string, string> } }).Environment;
    Object.assign(Variables, settings(Variables));
  }
}

/** Sets what a route of the gateway takes, of requests a second and at once. */
export function setRouteThrottle(
  template: Template,
  routeKey: string,
  { rateLimit, burstLimit }: { readonly rateLimit: number; readonly burstLimit: number },
): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::ApiGatewayV2::Stage') continue;
    const { RouteSettings } = Properties as { RouteSettings: Record<string, object> };
    RouteSettings[routeKey] = { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit };
  }
}

/** Takes the actions that begin so out of every policy of the template. */
export function withoutActions(template: Template, prefix: string): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    const { PolicyDocument } = Properties as {
      PolicyDocument: { Statement: { Action: string | string[] }[] };
    };
    PolicyDocument.Statement = PolicyDocument.Statement.flatMap((statement) => {
      const Action = [statement.Action].flat().filter((action) => !action.startsWith(prefix));
      return Action.length > 0 ? [{ ...statement, Action }] : [];
    });
  }
}

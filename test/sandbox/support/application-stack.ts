// An application's own stack beside the broker's: the template that teams deploy as it stands.
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Stack } from '../../../sandbox/account/account.ts';
import type { Template } from '../../../sandbox/templates/template.ts';
import { type Broker, BrokerApplication } from './broker.ts';
import { OperatorTable } from './operator-table.ts';

const TEMPLATE = 'client/infrastructure/generated/brokered-application.template.json';

/** What a test changes in the template before it is deployed. */
export type Amend = (template: Template) => void;

export interface Given {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly amend?: Amend;
}

/** The stack of the application `name`, whose access role is `nameAccess`. */
export class ApplicationStack {
  constructor(
    readonly broker: Broker,
    readonly name: string,
  ) {}

  /** Deploys it, until the test has ended. */
  async create(given: Given = {}): Promise<Stack> {
    const { sandbox } = this.broker;
    onTestFinished(async () => {
      if (sandbox.account.stacks.has(this.name)) await this.delete();
    });
    return sandbox.stacks.create(this.#wanted(given));
  }

  update(given: Given): Promise<Stack> {
    return this.broker.sandbox.stacks.update(this.#wanted(given));
  }

  delete(): Promise<void> {
    return this.broker.sandbox.stacks.delete(this.name);
  }

  /** What is registered under the name, as an operator sees it. */
  registered(name = this.name): Promise<Record<string, unknown> | undefined> {
    return new OperatorTable(this.broker.sandbox).item(name);
  }

  /** The application as it runs. */
  running(roleName = this.name): BrokerApplication {
    const { identities } = this.broker.sandbox.account;
    const session = { sessionName: 'running', durationSeconds: 3_600 };
    return new BrokerApplication(
      this.broker,
      roleName,
      identities.issueSession(identities.role(roleName), session),
    );
  }

  #wanted({ parameters = {}, amend = () => {} }: Given) {
    const template = JSON.parse(readFileSync(TEMPLATE, 'utf8')) as Template;
    amend(template);
    const { outputs } = this.broker;
    return {
      stackName: this.name,
      template,
      parameters: {
        BrokerEndpoint: outputs.endpoint,
        BrokerApiId: apiIdOf(this.broker),
        ApplicationRoleName: this.name,
        AccessRoleName: `${this.name}Access`,
        JWTClaimName: 'custom:tenant_id',
        JWKSetURL: outputs.jwksUrl,
        Issuer: issuerOf(this.broker),
        Audience: outputs.userPoolClientId,
        // In the sandbox, what IAM is told counts at once.
        PropagationSeconds: '0',
        ...parameters,
      },
    };
  }
}

export function issuerOf({ outputs }: Broker): string {
  return outputs.jwksUrl.replace('/.well-known/jwks.json', '');
}

export function apiIdOf({ sandbox }: Broker): string {
  return outputOf([...sandbox.account.stacks.values()], 'APIId');
}

/** The value of the output whose key ends so; the CDK puts the construct's path before it, and a digest behind. */
export function outputOf(stacks: readonly Stack[], name: string): string {
  const found = stacks.flatMap(({ outputs }) => outputs).find(({ key }) => key.includes(name));
  if (!found) throw new Error(`no stack has an output ${name}`);
  return found.value;
}

/** The properties of the resource of this type whose logical id has this in it. */
export function propertiesOf<T>(template: Template, type: string, part = ''): T {
  const found = Object.entries(template.Resources).find(
    ([id, { Type }]) => Type === type && id.includes(part),
  );
  if (!found) throw new Error(`the template has no ${type} ${part}`);
  return found[1].Properties as T;
}

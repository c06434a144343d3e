// The AWS console of the partition that the stack is deployed to, which may be known no sooner than then.
import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';

interface Partition {
  readonly name: string;
  /** Of its console; each region's is a subdomain. */
  readonly domain: string;
}

const first: Partition = { name: 'aws', domain: 'console.aws.amazon.com' };
const others: readonly Partition[] = [
  { name: 'aws-cn', domain: 'console.amazonaws.cn' },
  { name: 'aws-us-gov', domain: 'console.amazonaws-us-gov.com' },
  { name: 'aws-eusc', domain: 'console.amazonaws-eusc.eu' },
];

export class Console extends Construct {
  /** Whether the partition is one whose console is known here. */
  readonly isKnown: CfnCondition;
  readonly #domain: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const isPartition = ({ name }: Partition) =>
      new CfnCondition(this, name, { expression: Fn.conditionEquals(Aws.PARTITION, name) });
    const conditions = others.map((partition) => ({ ...partition, condition: isPartition(partition) }));
    this.isKnown = new CfnCondition(this, 'Known', {
      expression: Fn.conditionOr(isPartition(first), ...conditions.map(({ condition }) => condition)),
    });
    this.#domain = conditions.reduce(
      (otherwise, { condition, domain }) => Fn.conditionIf(condition.logicalId, domain, otherwise).toString(),
      first.domain,
    );
  }

  urlOfDashboard(name: string): string {
    return `https://${Aws.REGION}.${this.#domain}/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${name}`;
  }
}

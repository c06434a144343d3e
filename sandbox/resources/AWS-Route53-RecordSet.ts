// AWS::Route53::RecordSet: an alias of a custom domain name.
import { z } from 'zod';
import { ignored, type ResourceContext, resourceType } from './resource-type.ts';

const properties = z
  .strictObject({
    Name: z.string(),
    Type: z.enum(['A', 'AAAA'], 'the sandbox has alias records only, A and AAAA'),
    HostedZoneId: z.string().optional(),
    HostedZoneName: z.string().optional(),
    AliasTarget: z.strictObject({
      DNSName: z.string(),
      HostedZoneId: z.string(),
      EvaluateTargetHealth: ignored('the target is always there'),
    }),
    Comment: ignored('says nothing to a resolver'),
  })
  .refine(
    ({ HostedZoneId, HostedZoneName }) => (HostedZoneId === undefined) !== (HostedZoneName === undefined),
    {
      message: 'a record set needs either HostedZoneId or HostedZoneName',
    },
  );

export const recordSet = resourceType(properties, (given, { account, httpApis }) => {
  const { Type: type, AliasTarget } = given;
  const name = nameOf(given.Name);
  if (given.HostedZoneName !== undefined) requireWithin(name, nameOf(given.HostedZoneName));
  const target = nameOf(AliasTarget.DNSName);
  requireTarget(name, target, AliasTarget.HostedZoneId, httpApis);
  if (account.aliasRecords.some((record) => record.type === type && record.name === name)) {
    throw new Error(
      `[Tried to create resource record set [name='${name}.', type='${type}'] but it already exists]`,
    );
  }
  account.aliasRecords.push({ type, name, target });
  return { ref: given.Name, attributes: {} };
});

/** Names are absolute, with a dot at the end or without. */
function nameOf(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function requireWithin(name: string, zone: string): void {
  if (name === zone || name.endsWith(`.${zone}`)) return;
  throw new Error(`RRSet with DNS name ${name}. is not permitted in zone ${zone}.`);
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
function requireTarget(
  name: string,
  target: string,
  hostedZoneId: string,
  { domainNames }: ResourceContext['httpApis'],
): void {
  const known = [...domainNames.values()].find(({ regionalDomainName }) => regionalDomainName === target);
  if (!known) throw new Error(`the sandbox has aliases of custom domain names only, not of ${target}`);
  if (known.name !== name) throw new Error(`${target} belongs to ${known.name}, not to ${name}`);
  if (known.regionalHostedZoneId === hostedZoneId) return;
  throw new Error(`${target} is in the hosted zone ${known.regionalHostedZoneId}, not ${hostedZoneId}`);
}

// AWS::CertificateManager::Certificate: issued as soon as it is asked for.
import { z } from 'zod';
import { ignored, resourceType } from './resource-type.ts';

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html: it becomes the common name. */
const maxDomainNameLength = 64;

const properties = z.strictObject({
  DomainName: z
    .string()
    .max(maxDomainNameLength, `a certificate's first name has at most ${maxDomainNameLength} characters`),
  SubjectAlternativeNames: z.array(z.string()).default([]),
  ValidationMethod: ignored('nobody needs to prove that a name is theirs'),
  DomainValidationOptions: ignored('nobody needs to prove that a name is theirs'),
  CertificateTransparencyLoggingPreference: ignored('there is no certificate to log'),
  KeyAlgorithm: ignored('the HTTP API is served without TLS'),
  Tags: ignored('no policy of the sandbox looks at them'),
});

export const certificate = resourceType(properties, (given, { account, uuid }) => {
  const arn = `arn:aws:acm:${account.region}:${account.accountId}:certificate/${uuid()}`;
  const names = [given.DomainName, ...given.SubjectAlternativeNames];
  account.certificates.set(
    arn,
    names.map((name) => name.toLowerCase()),
  );
  return { ref: arn, attributes: {} };
});

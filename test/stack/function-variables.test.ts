// The function's environment variables: what of the settings they say, and that all of them fit.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../support/authority.ts';
import { defaultSettings } from '../support/default-settings.ts';
import { settingsOf, synthesizeService } from './synthesis.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4_096;
/** Of hosts, registrars and usage plans together: docs/settings.md. */
const MOST_LIST_BYTES = 3_100;
const LONGEST_ENVIRONMENT = 'a'.repeat(31);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'function-variables-'));
});
afterAll(() => rm(directory, { recursive: true }));

type Variables = Readonly<Record<string, string | { Ref: string } | { 'Fn::GetAtt': string[] }>>;

function variablesOf(settings: Record<string, unknown>, environment = 'sandbox'): Variables {
  const [found] = Object.values(
    synthesizeService(settings, environment).findResources('AWS::Lambda::Function'),
  );
  return found?.['Properties'].Environment.Variables;
}

/** As long as it is once it is deployed: CloudFormation names a table by its stack, its id and 13 characters. */
function deployed(value: Variables[string]): string {
  if (typeof value === 'string') return value;
  return 'Ref' in value
    ? `IAMSessionBroker-Service-${LONGEST_ENVIRONMENT}-${value.Ref}-1ABCDEFGHIJKL`
    : 'arn:aws-us-gov:iam::111122223333:role/IAMSessionBroker';
}

/** As many hosts as make up so many bytes, commas and all. */
function hostsOf(bytes: number): string[] {
  const longest = 60;
  const whole = Math.ceil(bytes / (longest + 1)) - 1;
  return [...Array(whole).fill('a'.repeat(longest)), 'a'.repeat(bytes - whole * (longest + 1))];
}

async function withAuthority(): Promise<Record<string, unknown>> {
  const file = join(directory, 'authority.pem');
  await writeFile(file, (await Authority.create()).certificatePem);
  return { jwksHosts: ['login.example.com'], jwksCertificateAuthorities: [file] };
}

describe('the function’s variables', () => {
  it('say how far a clock may be ahead only where that is not the default', () => {
    expect(variablesOf({ clockLeewaySeconds: 60 })).not.toHaveProperty('CLOCK_LEEWAY_SECONDS');
    expect(variablesOf({ clockLeewaySeconds: 0 })).toMatchObject({ CLOCK_LEEWAY_SECONDS: '0' });
  });

  it('name the file of further certificate authorities only where there are any', async () => {
    expect(variablesOf({})).not.toHaveProperty('JWKS_CERTIFICATE_AUTHORITIES');
    expect(variablesOf(await withAuthority())).toMatchObject({
      JWKS_CERTIFICATE_AUTHORITIES: 'jwks-certificate-authorities.pem',
    });
  });

  it('fit where every setting is at its longest, and the lists are as long as they may be', async () => {
    const room = MOST_LIST_BYTES - JSON.stringify(defaultSettings.usagePlans).length;
    const longest = {
      ...(await withAuthority()),
      jwksHosts: hostsOf(room),
      requirePinnedTrust: false,
      requireIssuer: true,
      requireAudience: true,
      maxTokenAgeSeconds: 86_400,
      clockLeewaySeconds: 300,
      auditSubject: 'plain',
      dynamoDbTimeoutMs: 2_000,
      stsTimeoutMs: 2_000,
      jwksTimeoutMs: 5_000,
      requestBudgetMs: 9_000,
      registrationCacheSeconds: 300,
      jwksCacheSeconds: 3_600,
      tokenCacheSeconds: 300,
      maxCachedSessions: 100_000,
    };
    const longer = { ...longest, jwksHosts: hostsOf(room + 1) };
    expect(() => settingsOf({ sandbox: longer })).toThrow(`must have at most ${MOST_LIST_BYTES} bytes`);

    const bytes = Object.entries(variablesOf(longest, LONGEST_ENVIRONMENT)).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name + deployed(value)),
      0,
    );
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  });
});

// Settings that name something of the world: regions, hosts, plans and a URL; which are taken, and how the others are reported.
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import { settingsOf } from './synthesis.ts';

const settingsWith = (settings: Record<string, unknown>) => settingsOf({ sandbox: settings });
const expectProblem = (settings: Record<string, unknown>, message: string) =>
  expect(() => settingsWith(settings)).toThrow(`\nenvironments.sandbox.${message}`);

describe('a region', () => {
  it('is any that the CDK knows, in every partition', () => {
    const regions = RegionInfo.regions.map(({ name }) => name);
    expect(regions).toEqual(expect.arrayContaining(['eu-west-1', 'cn-north-1', 'us-gov-west-1']));
    for (const region of regions) expect(settingsWith({ region })).toMatchObject([{ region }]);
  });

  it.each([
    [
      'eu-west-9',
      'must be a region that the CDK knows; did you mean eu-west-1? Where it is newer than that,',
    ],
    [
      'eu-wset-2',
      'must be a region that the CDK knows; did you mean eu-west-2? Where it is newer than that,',
    ],
    [
      'xx-nowhere-1',
      'must be a region that the CDK knows. Where it is newer than that, set allowUnknownRegion',
    ],
    ['us-est-1', 'must be a region that the CDK knows; did you mean us-east-1?'],
    ['EU-WEST-1', 'must be the code of a region, as eu-west-1; did you mean eu-west-1?'],
    ['eu-west-1a', 'must be the code of a region, as eu-west-1; did you mean eu-west-1?'],
    ['eu_central_1', 'must be the code of a region, as eu-west-1; did you mean eu-central-1?'],
    [' eu-west-1', 'must be the code of a region, as eu-west-1; did you mean eu-west-1?'],
    ['us-east', 'must be the code of a region, as eu-west-1; did you mean us-east-1?'],
    ['Ireland', 'must be the code of a region, as eu-west-1'],
    ['global', 'must be the code of a region, as eu-west-1'],
    ['', 'must be the code of a region, as eu-west-1'],
    [1, 'must be the code of a region, as eu-west-1'],
  ])('is not %j', (region, message) => {
    expectProblem({ region }, `region is ${JSON.stringify(region)}: ${message}`);
  });

  it('may be newer than the CDK where the settings say so, and is still a code then', () => {
    const newer = { region: 'eu-west-19', allowUnknownRegion: true };
    expect(settingsWith(newer)).toMatchObject([{ region: 'eu-west-19' }]);
    expectProblem({ ...newer, region: 'Ireland' }, 'region is "Ireland": must be the code of a region');
  });
});

describe('a host of jwksHosts', () => {
  it.each([
    'login.example.com',
    'login.example.com:8443',
    '*.example.com',
    '*.example.co.uk',
    '*.team.github.io',
    '*.www.ck',
    '*.login.corp',
    'login',
    'localhost:4568',
    'cognito-idp.eu-west-1.amazonaws.com',
    'team.github.io',
    '1password.example.com',
    '*.auth0.com',
    'xn--80ak6aa92e.com',
  ])('may be %s', (host) => {
    expect(settingsWith({ jwksHosts: [host] })).toMatchObject([{ jwksHosts: [host] }]);
  });

  const address = 'must be a DNS name: no IP address in any form';
  const suffix = 'must not be a public suffix: anybody can have a name below';
  const holder = 'must not hold public suffixes, and';
  const name = 'must be a lower-case host name, with its port where that is not 443';
  it.each([
    ['10.0.0.1', address],
    ['10.0.0.1:8443', address],
    ['127.0.0.1.', address],
    ['*.10.0.0.1', address],
    ['10.0.0.0/8', address],
    ['127.1', address],
    ['0x7f.0.0.1', address],
    ['0X7F000001', address],
    ['0x', address],
    ['0177.0.0.1', address],
    ['2130706433', address],
    ['256.256.256.256', address],
    ['１２７.0.0.1', address],
    [' 127.0.0.1', address],
    ['login.1', address],
    ['[::1]', address],
    ['[::1]:8443', address],
    ['*.[::1]', address],
    ['::1', address],
    ['fe80::1%eth0', address],
    ['[::ffff:10.0.0.1]', address],
    ['2001:db8::1', address],
    ['*.com', 'must have at least two labels after *.: *.com is a whole top-level domain'],
    ['*.corp', 'must have at least two labels after *.: *.corp is a whole top-level domain'],
    ['*.localhost', 'must have at least two labels after *.'],
    ['*.co.uk', suffix],
    ['*.co.uk:8443', suffix],
    ['*.github.io', suffix],
    ['*.s3.amazonaws.com', suffix],
    ['*.execute-api.eu-west-1.amazonaws.com', suffix],
    ['*.anything.ck', suffix],
    ['*.xn--p1ai', 'must have at least two labels after *.'],
    ['*.amazonaws.com', holder],
    ['*.eu-west-1.amazonaws.com', holder],
    ['*.core.windows.net', holder],
    ['*.kawasaki.jp', suffix],
    ['com', 'must not be a public suffix: com is shared'],
    ['co.uk', 'must not be a public suffix: co.uk is shared'],
    ['github.io', 'must not be a public suffix: github.io is shared'],
    ['github.io:443', 'must not be a public suffix: github.io is shared'],
    ['s3.eu-west-1.amazonaws.com', 'must not be a public suffix: s3.eu-west-1.amazonaws.com is shared'],
    ['login.example.com:65536', 'must have a port from 1 to 65535'],
    ['login.example.com:0', name],
    [`${'a'.repeat(64)}.example.com`, 'must have labels of at most 63 characters'],
    ['*', name],
    ['*.', name],
    ['**.example.com', name],
    ['login.*.com', name],
    ['login.example.com.', name],
    ['Login.example.com', name],
    ['login.example.com/keys', name],
    ['', name],
    ['münchen.example', name],
    [443, name],
    [null, name],
  ])('must not be %j', (host, message) => {
    expectProblem({ jwksHosts: [host] }, `jwksHosts.0 is ${JSON.stringify(host)}: ${message}`);
  });

  it('must not be longer than a name in the DNS', () => {
    expect(() => settingsWith({ jwksHosts: [`${'abcdefg.'.repeat(31)}example.com`] })).toThrow(
      'must have labels of at most 63 characters, and at most 253 in all',
    );
  });
});

describe('usage plans', () => {
  const plan = { rateLimit: 10, burstLimit: 40 };
  const defaults = {
    default: { rateLimit: 100, burstLimit: 200 },
    registration: { rateLimit: 5, burstLimit: 20 },
    applications: {},
  };

  it.each<[string, Record<string, unknown>]>([
    ['none of the three', {}],
    ['the default alone', { default: plan }],
    ['the registrations’ alone', { registration: plan }],
    ['the applications’ alone', { applications: { Reports: plan } }],
    ['all but the default', { registration: plan, applications: { Reports: plan } }],
  ])('may give %s: the others keep their defaults', (_, usagePlans) => {
    expect(settingsWith({ usagePlans })).toMatchObject([{ usagePlans: { ...defaults, ...usagePlans } }]);
  });

  const may = 'may have default, registration and applications, each or none of them';
  it.each<[unknown, string]>([
    [{ applcations: {} }, `${may}, and has applcations; did you mean applications?`],
    [{ Default: plan, other: plan }, `${may}, and has Default; did you mean default?, other`],
    [plan, `${may}, and has rateLimit, burstLimit`],
    [[], `must be an object that ${may}`],
    [null, `must be an object that ${may}`],
    ['none', `must be an object that ${may}`],
    [5, `must be an object that ${may}`],
    [{ default: { rateLimit: 20 } }, 'wrong usage plans: default.burstLimit: must be a whole number'],
    [
      { default: null },
      'wrong usage plans: default: must have a rateLimit and a burstLimit, and nothing else',
    ],
    [{ applications: [] }, 'wrong usage plans: applications: must be plans by the name'],
  ])('must not be %j', (usagePlans, message) => {
    expectProblem({ usagePlans }, `usagePlans is ${JSON.stringify(usagePlans)}: ${message}`);
  });

  it('are kept for a role whose name is that of a prototype', () => {
    const applications = JSON.parse(`{ "__proto__": ${JSON.stringify(plan)} }`);
    const [settings] = settingsWith({ usagePlans: { applications } });
    // As the function gets them, in a variable of its environment.
    expect(JSON.stringify(settings?.usagePlans.applications)).toBe(JSON.stringify(applications));
  });
});

describe('the runbook’s URL', () => {
  it.each([
    'https://example.com',
    'https://example.com/runbook.md?plain=1',
    `https://example.com/${'a'.repeat(480)}`,
  ])('may be %s', (runbookUrl) => {
    expect(settingsWith({ runbookUrl })).toMatchObject([{ runbookUrl }]);
  });

  it.each([
    ['http://example.com/runbook.md', 'must be an https URL'],
    ['ftp://example.com', 'must be an https URL'],
    ['javascript:alert(1)', 'must be an https URL'],
    ['example.com/runbook.md', 'must be an https URL'],
    ['docs/runbook.md', 'must be an https URL'],
    ['https://', 'must be an https URL'],
    ['', 'must be an https URL'],
    [1, 'must be an https URL'],
    ['https://example.com/runbook.md#stsfailures', 'must have no # in it'],
    ['https://example.com/runbook.md#', 'must have no # in it'],
    ['https://example.com/the runbook', 'must be written as a browser shows it'],
    ['https://example.com/run\nbook', 'must be written as a browser shows it'],
    ['https://EXAMPLE.com/runbook', 'must be written as a browser shows it'],
    [' https://example.com/runbook', 'must be written as a browser shows it'],
  ])('must not be %j', (runbookUrl, message) => {
    expectProblem({ runbookUrl }, `runbookUrl is ${JSON.stringify(runbookUrl)}: ${message}`);
  });

  it('must have no user name and no password, and is not shown with them', () => {
    for (const user of ['me', 'me:hunter2', ':hunter2']) {
      const settings = { runbookUrl: `https://${user}@example.com/runbook` };
      expect(() => settingsWith(settings)).toThrow('must have no user name and no password in it');
      expect(() => settingsWith(settings)).not.toThrow('hunter2');
    }
  });

  it('must leave room in an alarm’s description', () => {
    expect(() => settingsWith({ runbookUrl: `https://example.com/${'a'.repeat(481)}` })).toThrow(
      'must have at most 500 characters, and has 501',
    );
  });
});

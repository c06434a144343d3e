// What becomes of an aws_config of AWScons: settings that synthesis takes, and what people are told.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { main } from '../../../../client/cli/main.ts';
import { importAwscons } from '../../../../client/portal/awscons.ts';
import { reservedServices } from '../../../../service/portal/environment.ts';
import { settingsOf } from '../../../stack/synthesis.ts';
import { metadataFile } from '../../../support/portal-settings.ts';

/** As an installation with keys of its own has it, under a prefix. */
const config = {
  url_prefix: '/aws',
  aws_profile_name: 'portal',
  aws_credentials_file: '/etc/awscons/credentials',
  targets: [
    {
      service: 'cloudadmin',
      role: 'arn:aws:iam::111122223333:role/Administrator',
      duration: 28_800,
      groups: ['sysadmin', 'cloudadmin'],
    },
    { service: 'sandbox', role: 'arn:aws:iam::444455556666:role/Databases', groups: ['dba'] },
  ],
};
const role = 'arn:aws:iam::111122223333:role/Administrator';
const targetOf = (over: object) =>
  importAwscons({ targets: [{ service: 'awsadm', role, groups: ['a'], ...over }] });
const synthesized = (settings: object) =>
  settingsOf({
    sandbox: { portal: { ...settings, identityProvider: { saml: { metadata: metadataFile } } } },
  });

describe('an aws_config', () => {
  it('becomes settings that synthesis takes, once they have an identity provider', () => {
    const { settings, decisions } = importAwscons(config);
    expect(settings).toEqual({ urlPrefix: '/aws', targets: config.targets });
    expect(decisions).toEqual([expect.stringMatching(/^identityProvider: AWScons has it in saml_config/)]);
    expect(synthesized(settings)[0]?.portal?.targets).toMatchObject(config.targets);
  });

  it('loses its stored keys, and its reader is told why', () => {
    const { settings, changes } = importAwscons(config);
    expect(JSON.stringify(settings)).not.toMatch(/profile|credentials/);
    for (const key of ['aws_profile_name', 'aws_credentials_file'])
      expect(changes).toContainEqual(
        expect.stringMatching(`^${key}: was dropped; the portal has no stored keys`),
      );
  });

  it('is told what a long duration takes, and that roles must trust another', () => {
    const changes = importAwscons(config).changes.join('\n');
    expect(changes).toContain(
      'cloudadmin: lasts 28800 seconds by web identity, and an hour at most if it is chained',
    );
    expect(changes).toContain('npx isb target-role prints the template');
  });
});

describe('a target without groups', () => {
  it.each([{ groups: undefined }, { groups: [] }])(
    'is for everybody only if somebody says so: %j',
    (over) => {
      const { settings, decisions } = targetOf(over);
      expect(JSON.stringify(settings)).not.toContain('everyone');
      expect(decisions).toContainEqual(
        expect.stringMatching('^awsadm: has no groups, so that AWScons let in everybody'),
      );
      expect(() => synthesized(settings)).toThrow('portal.targets.0.groups: must name a group');
    },
  );
});

describe('what is odd', () => {
  it.each<[object, string]>([
    [{ duration: 50_000 }, 'awsadm: lasts 50000 seconds, and AWS gives 900 to 43200'],
    [{ duration: 60 }, 'awsadm: lasts 60 seconds'],
  ])('is to be decided: %j', (over, message) => {
    expect(targetOf(over).decisions.join('\n')).toContain(message);
  });

  it.each<[object, string]>([
    [{ service: 'my service' }, 'my service: cannot be the name of a target'],
    [{ service: 'SAML' }, 'SAML: cannot be the name of a target'],
    [{ service: 'x'.repeat(65) }, ': cannot be the name of a target'],
    [{ role: 'Administrator' }, 'awsadm: the role must be the ARN of one role'],
    [{ role: 'arn:aws:iam::111122223333:role/*' }, 'awsadm: the role must be the ARN of one role'],
    [{ role: 'arn:aws-iso:iam::111122223333:role/A' }, 'awsadm: the role must be the ARN of one role'],
    [{ groups: [' dba'] }, 'awsadm: a group must be'],
    [{ groups: [''] }, 'awsadm: a group must be'],
    [{ groups: ['g'.repeat(257)] }, 'awsadm: a group must be'],
    [{ groups: Array.from({ length: 51 }, (_, index) => `g${index}`) }, 'awsadm: has 51 groups'],
  ])('is to be decided where synthesis would refuse it: %j', (over, message) => {
    const { settings, decisions } = targetOf(over);
    expect(() => synthesized(settings)).toThrow();
    expect(decisions.join('\n')).toContain(message);
  });

  it.each(reservedServices)('is to be decided where the portal needs the name itself: %s', (service) => {
    expect(targetOf({ service }).decisions.join('\n')).toContain(
      `${service}: cannot be the name of a target`,
    );
  });

  it.each<object>([
    { service: 'x'.repeat(64) },
    { service: '-._-' },
    { role: 'arn:aws-us-gov:iam::111122223333:role/path/to/Role' },
    { role: `arn:aws-cn:iam::111122223333:role/${'R'.repeat(64)}` },
    { groups: ['g'.repeat(256), 'Domain Users'] },
    { groups: Array.from({ length: 50 }, (_, index) => `g${index}`) },
  ])('is nothing to decide where synthesis takes it: %j', (over) => {
    const { settings, decisions } = targetOf(over);
    expect(decisions).toHaveLength(1);
    expect(synthesized(settings)[0]?.portal?.targets).toMatchObject([over]);
  });

  it.each([
    [{ ...config, url_prefix: '/a b' }, 'url_prefix: "/a b" cannot be the prefix'],
    [{ ...config, url_prefix: '/a/b/c/d/e' }, 'url_prefix: "/a/b/c/d/e" cannot be the prefix'],
    [
      { targets: Array.from({ length: 301 }, (_, index) => ({ service: `s${index}`, role, groups: ['a'] })) },
      'targets: there are 301',
    ],
  ])('is to be decided of the whole, where synthesis would refuse it', (given, message) => {
    const { settings, decisions } = importAwscons(given);
    expect(() => synthesized(settings)).toThrow();
    expect(decisions.join('\n')).toContain(message);
  });

  it('is to be decided of a service that is there twice', () => {
    const target = { service: 'awsadm', role, groups: ['a'] };
    expect(importAwscons({ targets: [target, target] }).decisions).toContain(
      'awsadm: is there twice; take one of them out',
    );
  });

  it.each<[object, string]>([
    [{ groups: 'dba' }, 'awsadm: groups was one text, and is a list of one'],
    [{ gruops: ['dba'] }, 'awsadm: gruops is no option of AWScons'],
  ])('is told: %j', (over, message) => {
    expect(targetOf(over).changes.join('\n')).toContain(message);
  });

  it.each(['aws/', '//aws', '/aws/'])('is written as the settings want it: the prefix %s', (given) => {
    const { settings, changes } = importAwscons({ ...config, url_prefix: given });
    expect(settings['urlPrefix']).toBe('/aws');
    expect(changes).toContain(`url_prefix: "${given}" is written "/aws"`);
  });

  it.each([
    [null, 'aws_config must be an object with targets'],
    [[], 'aws_config must be an object with targets'],
    [{}, 'aws_config.targets must be a list'],
    [{ targets: [] }, 'aws_config.targets must be a list'],
    [{ targets: ['x'] }, 'targets[0] must be an object'],
    [{ targets: [{ role }] }, 'targets[0].service must be a text'],
    [{ targets: [{ service: 'a' }] }, 'targets[0].role must be a text'],
    [{ targets: [{ service: 'a', role, duration: '1' }] }, 'targets[0].duration must be a whole number'],
    [{ targets: [{ service: 'a', role, groups: [1] }] }, 'targets[0].groups must be a list of texts'],
    [{ ...config, url_prefix: 7 }, 'aws_config.url_prefix must be a text'],
  ])('is refused where it is no config: %j', (given, message) => {
    expect(() => importAwscons(given)).toThrow(message);
  });
});

describe('isb import-portal', () => {
  async function run(text: string, ...args: string[]) {
    const written = { stdout: '', stderr: '' };
    const into = (name: keyof typeof written) => ({
      write: (piece: string) => {
        written[name] += piece;
      },
    });
    const surroundings = {
      env: {},
      stdin: Readable.from([text]),
      stdout: into('stdout'),
      stderr: into('stderr'),
    };
    return { code: await main(['import-portal', ...args], surroundings), ...written };
  }

  it('prints the settings alone on standard output, and tells the rest beside it', async () => {
    const { code, stdout, stderr } = await run(JSON.stringify(config), '-');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ portal: importAwscons(config).settings });
    expect(stderr).toMatch(/^changed: aws_profile_name: was dropped/m);
    expect(stderr).toMatch(/^decide: identityProvider: /m);
  });

  it('ends with 1 where more is to be decided', async () => {
    const { code, stdout, stderr } = await run(
      JSON.stringify({ targets: [{ service: 'awsadm', role }] }),
      '-',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ portal: { targets: [{ service: 'awsadm', role }] } });
    expect(stderr).toContain('decide: awsadm: has no groups');
  });

  it.each(["aws_config = {'targets': []}", "{'targets': []}", ''])(
    'refuses Python, and tells how to convert it: %j',
    async (text) => {
      const { code, stdout, stderr } = await run(text, '-');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain("python3 -c 'import json, config; print(json.dumps(config.aws_config))'");
    },
  );

  it('refuses a file that there is not, in one line', async () => {
    const { code, stderr } = await run('', '/nowhere/aws_config.json');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]*\/nowhere\/aws_config\.json cannot be read \(ENOENT\)\n$/);
  });

  it.each<[string[]]>([[[]], [['a', 'b']], [['--apply']]])('is used wrongly with %j', async (args) => {
    expect((await run('', ...args)).code).toBe(2);
  });
});

// Where in the console a user may arrive.
import { describe, expect, it } from 'vitest';
import { destinationOf, regionOf } from '../../../service/console/destination.ts';
import { consolePartition } from '../../../service/console/partition.ts';

const aws = consolePartition('aws');

describe('the destination', () => {
  it.each([
    ['nothing', {}, 'https://console.aws.amazon.com/console/home'],
    [
      'a region',
      { region: 'eu-west-1' },
      'https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1',
    ],
    [
      'a path',
      { destination: '/s3/buckets/x?tab=objects#top' },
      'https://console.aws.amazon.com/s3/buckets/x?tab=objects#top',
    ],
    [
      'a path and a region',
      { destination: '/ec2/home#Instances:', region: 'ap-southeast-2' },
      'https://ap-southeast-2.console.aws.amazon.com/ec2/home?region=ap-southeast-2#Instances:',
    ],
    [
      'a page that names its region',
      { destination: '/ec2/home?region=us-east-2', region: 'eu-west-1' },
      'https://eu-west-1.console.aws.amazon.com/ec2/home?region=us-east-2',
    ],
    [
      'an address',
      { destination: 'https://us-east-1.console.aws.amazon.com/lambda/home' },
      'https://us-east-1.console.aws.amazon.com/lambda/home',
    ],
  ])('is, for %s, a page of the console', (_, wish, url) => {
    expect(destinationOf(aws, wish)).toBe(url);
  });

  it.each([
    'https://evil.example/',
    'https://console.aws.amazon.com.evil.example/',
    'https://evilconsole.aws.amazon.com/',
    'https://console.aws.amazon.com@evil.example/',
    'https://user@console.aws.amazon.com/',
    'https://console.aws.amazon.com:8443/',
    'http://console.aws.amazon.com/',
    'https:/console.aws.amazon.com/',
    'https:console.aws.amazon.com',
    'HTTPS://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example/',
    '/\t/evil.example/',
    '/\n/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    ' /console/home',
    'console/home',
    '',
    'https://signin.aws.amazon.com/federation',
    'https://console.amazonaws.cn/',
    `/${'a'.repeat(2_048)}`,
  ])('is not %j', (destination) => {
    expect(() => destinationOf(aws, { destination })).toThrow(
      expect.objectContaining({ code: 'DestinationNotAllowed' }),
    );
  });

  it('takes no part of what was refused into its message', () => {
    const destination = 'https://evil.example/canary';
    expect(() => destinationOf(aws, { destination })).toThrow(/^(?!.*canary).*$/);
  });

  it('is in the partition of the target', () => {
    expect(destinationOf(consolePartition('aws-us-gov'), { region: 'us-gov-east-1' })).toBe(
      'https://us-gov-east-1.console.amazonaws-us-gov.com/console/home?region=us-gov-east-1',
    );
    expect(destinationOf(consolePartition('aws-cn'), { destination: '/s3/' })).toBe(
      'https://console.amazonaws.cn/s3/',
    );
  });
});

describe('the region', () => {
  it.each([
    'us-gov-west-1',
    'cn-north-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'eu-west',
    'EU-WEST-1',
    'evil.example/',
    'eu-west-1.evil',
    '',
    'x'.repeat(40),
  ])('is, in the partition aws, not %j', (region) => {
    expect(() => regionOf(aws, { region })).toThrow(expect.objectContaining({ code: 'RegionNotAllowed' }));
  });

  it.each(['eu-west-1', 'us-east-1', 'ap-southeast-7', 'mx-central-1', 'il-central-1'])(
    'may be %s',
    (region) => {
      expect(regionOf(aws, { region })).toBe(region);
    },
  );

  it('may be left out', () => {
    expect(regionOf(aws, {})).toBeUndefined();
  });
});

describe('a partition without a console that is known', () => {
  it.each(['aws-iso', 'toString', ''])('is refused: %j', (name) => {
    expect(() => consolePartition(name)).toThrow('is not known here');
  });
});

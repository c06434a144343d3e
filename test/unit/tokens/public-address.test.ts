// Public addresses, and those that lead elsewhere.
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../service/tokens/public-address.ts';

describe('an address is public', () => {
  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '52.95.110.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2600:1f18::1',
    '2a05:d018::1',
    '2003::1',
  ])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('an address is not public', () => {
  it.each([
    ['this host', '0.0.0.0'],
    ['loopback', '127.0.0.1'],
    ['loopback, far in', '127.255.255.254'],
    ['a private network of 10', '10.0.0.1'],
    ['a private network of 172', '172.16.0.1'],
    ['a private network of 172, its end', '172.31.255.255'],
    ['a private network of 192', '192.168.1.1'],
    ['shared by a carrier', '100.64.0.1'],
    ['link-local, the metadata of instances', '169.254.169.254'],
    ['link-local, the credentials of containers', '169.254.170.2'],
    ['documentation', '192.0.2.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback of IPv6', '::1'],
    ['an IPv4 address within', '::ffff:10.0.0.1'],
    ['an IPv4 address within, in hexadecimal', '::ffff:a9fe:a9fe'],
    ['an IPv4 address behind NAT64', '64:ff9b::169.254.169.254'],
    ['6to4 of a private address', '2002:a00:1::1'],
    ['Teredo', '2001::1'],
    ['unique local', 'fd00:ec2::254'],
    ['link-local of IPv6', 'fe80::1'],
    ['multicast of IPv6', 'ff02::1'],
    ['documentation of IPv6', '2001:db8::1'],
  ])('%s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

// Public addresses: those that lead out of whatever network the broker stands in.
import { BlockList, isIPv6 } from 'node:net';

/** Not globally reachable by the registries of RFC 6890, nor by that of multicast; whole ranges, exceptions and all. */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];

/** Global unicast is 2000::/3 (RFC 4291, section 2.4); within it, what stands for an address of IPv4, and documentation. */
const specialIpv6 = ['::/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '4000::/2', '8000::/1'];

/**
 * One a family: a list with both takes an address of IPv4 for the one of IPv6 that it can be written as. Made when the
 * first address is looked at, and not while the function starts.
 */
let special: Readonly<Record<4 | 6, BlockList>> | undefined;

/** Whether an IPv4 or IPv6 address is none that a private network, this machine or its cloud may have. */
export function isPublicAddress(address: string): boolean {
  special ??= { 4: listOf(specialIpv4, 'ipv4'), 6: listOf(specialIpv6, 'ipv6') };
  return isIPv6(address) ? !special[6].check(address, 'ipv6') : !special[4].check(address, 'ipv4');
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, prefix] = range.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

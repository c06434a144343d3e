// Hosts that keys may be fetched from: which names and suffixes are safe to allow, and what is wrong with the others.
import { isIP } from 'node:net';
import { hasPublicSuffixBelow, isPublicSuffix } from './public-suffixes.ts';

const hostPattern =
  /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9]\d{0,4})?$/;

/** RFC 1035, section 2.3.4; a name is one shorter than its 254 octets with a dot at its end. */
const LONGEST_LABEL = 63;
const LONGEST_NAME = 253;

/** What is wrong with an entry of `jwksHosts`, or `undefined`: as a sentence that begins with "must". */
export function jwksHostProblem(host: string): string | undefined {
  if (isAddress(host))
    return 'must be a DNS name: no IP address in any form, and no name that ends in a number, which a URL takes for one';
  if (!hostPattern.test(host)) {
    const scheme = /^\w+:\/\//.test(host) ? ', without https://' : '';
    return `must be a lower-case host name, with its port where that is not 443${scheme}`;
  }
  const [withoutPort, port = '443'] = host.split(':') as [string, string?];
  if (Number(port) > 65_535) return 'must have a port from 1 to 65535';
  const name = withoutPort.replace(/^\*\./, '');
  if (name.length > LONGEST_NAME || name.split('.').some((label) => label.length > LONGEST_LABEL))
    return `must have labels of at most ${LONGEST_LABEL} characters, and at most ${LONGEST_NAME} in all`;
  return withoutPort === name ? nameProblem(name) : suffixProblem(name);
}

function nameProblem(name: string): string | undefined {
  return isPublicSuffix(name)
    ? `must not be a public suffix: ${name} is shared by whoever has a name there; name the host below it`
    : undefined;
}

/** Whoever has any name below what is allowed chooses the keys. */
function suffixProblem(name: string): string | undefined {
  if (!name.includes('.'))
    return `must have at least two labels after *.: *.${name} is a whole top-level domain`;
  if (isPublicSuffix(name))
    return `must not be a public suffix: anybody can have a name below ${name}; name the hosts, or a domain of your own`;
  return hasPublicSuffixBelow(name)
    ? `must not hold public suffixes, and ${name} does: anybody can have a name somewhere below it; name the hosts`
    : undefined;
}

/** Also as URLs read them: with numbers in octal or hexadecimal, fewer than four, a dot at the end. */
function isAddress(host: string): boolean {
  const bare = host.normalize('NFKC').trim().replace(/^\*\./, '').replace(/\/.*$/, '');
  if (bare.startsWith('[') || isIP(bare) !== 0 || /^[\da-f.%]*:[\da-f.%]*:/i.test(bare)) return true;
  const lastLabel = bare.replace(/:\d*$/, '').replace(/\.$/, '').split('.').at(-1) as string;
  return /^(\d+|0x[\da-f]*)$/i.test(lastLabel);
}

// Public suffixes: domains below which anybody can have a name, by the list that browsers keep cookies apart with.
import { parse } from 'tldts';
import { edgeChild, edgeLength, edgeStart, labelText, rulesRoot } from 'tldts/dist/cjs/src/data/trie.js';

/**
 * Whether a DNS name is a public suffix itself: of a registry, `co.uk`, or of a service that gives names away, `github.io`.
 *
 * @param name lower case, without a dot at its end
 */
export function isPublicSuffix(name: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = parse(name, { allowPrivateDomains: true });
  return publicSuffix === name && (isIcann === true || isPrivate === true);
}

/** Whether there are public suffixes below a DNS name, as `s3.amazonaws.com` is below `amazonaws.com`. */
export function hasPublicSuffixBelow(name: string): boolean {
  let node: number | undefined = rulesRoot;
  for (const label of name.split('.').reverse()) {
    node = childOf(node, label);
    if (node === undefined) return false;
  }
  return edgesOf(node).length > 0;
}

function childOf(node: number, label: string): number | undefined {
  const edge = edgesOf(node).find((candidate) => labels()[candidate] === label);
  return edge === undefined ? undefined : edgeChild[edge];
}

function edgesOf(node: number): number[] {
  const first = edgeStart[node] as number;
  const end = edgeStart[node + 1] ?? first;
  return Array.from({ length: end - first }, (_, index) => first + index);
}

let known: readonly string[] | undefined;

/** The label of each edge; cut once, when the first host is looked at. */
function labels(): readonly string[] {
  let start = 0;
  known ??= Array.from(edgeLength, (length) => {
    start += length;
    return labelText.slice(start - length, start);
  });
  return known;
}

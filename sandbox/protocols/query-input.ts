// The parameters of a Query request as a tree: `Tags.member.1.Key=a` is `{ Tags: [{ Key: 'a' }] }`.

interface Branch {
  value: string | undefined;
  readonly children: Map<string, Branch>;
}

/** Deeper names are no parameter of any operation. */
const MAX_DEPTH = 10;

export function queryInput(parameters: URLSearchParams): Record<string, unknown> {
  const root = branch();
  for (const [name, value] of parameters) {
    const path = name.split('.');
    if (path.length > MAX_DEPTH || name === 'Action' || name === 'Version') continue;
    let at = root;
    for (const part of path) {
      const next = at.children.get(part) ?? branch();
      at.children.set(part, next);
      at = next;
    }
    at.value = value;
  }
  return structure(root);
}

function branch(): Branch {
  return { value: undefined, children: new Map() };
}

function structure(at: Branch): Record<string, unknown> {
  return Object.fromEntries([...at.children].map(([name, child]) => [name, read(child)]));
}

function read(at: Branch): unknown {
  const members = at.children.get('member');
  if (members && at.children.size === 1) return list(members);
  return at.children.size > 0 ? structure(at) : at.value;
}

/** Members in the order of their numbers, whatever gaps there are. */
function list(members: Branch): unknown[] {
  return [...members.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => read(member));
}

// The texts of a policy: the variables in them, and the parts of an ARN that may hold some.

/** `${aws:username}`, or with a default, `${aws:username, 'nobody'}`. */
export interface Variable {
  readonly name: string;
  readonly preset: string | undefined;
}

/** The variables in a text, those that cannot be read as `undefined`; `${*}`, `${?}` and `${$}` are none. */
export function variablesIn(text: string): (Variable | undefined)[] {
  return [...text.matchAll(/\$\{([^}]*)(\}?)/g)]
    .filter(([whole]) => !/^\$\{[*?$]\}$/.test(whole))
    .map(([, inner = '', end]) => (end ? readVariable(inner) : undefined));
}

/** What stands between the braces. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function readVariable(inner: string): Variable | undefined {
  const [, name, preset] = /^([^\s,'*?$](?:[^,'*?$]*[^\s,'*?$])?)(?:, '(.*)')?$/s.exec(inner) ?? [];
  return name === undefined ? undefined : { name, preset };
}

/** Up to six; the colons of a variable divide nothing, nor do those of the last part. */
export function arnParts(arn: string): string[] {
  const parts: string[] = [];
  let rest = arn;
  while (parts.length < 5) {
    const [part = ''] = /^(?:\$\{[^}]*\}|[^:])*/.exec(rest) ?? [];
    if (part.length === rest.length) break;
    parts.push(part);
    rest = rest.slice(part.length + 1);
  }
  return [...parts, rest];
}

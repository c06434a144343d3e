// What a shell sources to become a client of the sandbox, and `deactivate`, which takes it back.

/**
 * Left over in a shell, a session token, a profile, another sandbox's custom domain, its other account or its portal would go with
 * every command, or instead of the keys.
 */
const inTheWay = [
  ...['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'ISB_RESOLVE'],
  ...['ISB_OTHER_ACCOUNT_ID', 'ISB_OTHER_ACCESS_KEY_ID', 'ISB_OTHER_SECRET_ACCESS_KEY'],
  ...['ISB_PORTAL_URL', 'ISB_PORTAL_USERS', 'ISB_PORTAL_PASSWORD', 'ISB_FEDERATION_URL'],
];

/** Lines `export NAME=value`. */
export function exportsOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellWord(value)}\n`)
    .join('');
}

/** For any POSIX shell. One that is sourced over another takes that back first. */
export function environmentScript(variables: Readonly<Record<string, string>>): string {
  const names = [...new Set([...inTheWay, ...Object.keys(variables)])];
  return [
    `[ -z "\${ISB_SANDBOX+set}" ] || deactivate\n`,
    'ISB_SANDBOX=active\n',
    ...names.map((name) => `_ISB_HAD_${name}="\${${name}+set}" _ISB_OLD_${name}="\${${name}-}"\n`),
    'deactivate() {\n',
    ...names.map(
      (name) =>
        `  if [ -n "$_ISB_HAD_${name}" ]; then export ${name}="$_ISB_OLD_${name}"; else unset ${name}; fi\n`,
    ),
    `  unset ISB_SANDBOX ${names.map((name) => `_ISB_HAD_${name} _ISB_OLD_${name}`).join(' ')}\n`,
    '  unset -f deactivate\n',
    '}\n',
    `unset ${inTheWay.join(' ')}\n`,
    exportsOf(variables),
  ].join('');
}

/** Quoted only where the shell would read it otherwise: a path with a space in it. */
function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

// The parser of registrations: a module of its own in the bundle, loaded once, while something else is waited for.
type Parser = typeof import('./registration.ts').parseRegistration;

let loading: Promise<Parser> | undefined;

/**
 * The schema, and the library that it is written in, are a fifth of what the function does at its start, and nothing of it is needed
 * before the table has answered. Rejects where the module cannot be read from disk; asked again, it is loaded again.
 *
 * @returns `parseRegistration`
 */
export function loadRegistrationParser(): Promise<Parser> {
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Parser> {
  return (await import('./registration.ts')).parseRegistration;
}

// Stands in the bundle for the SDK's event streams: no operation that the function calls has one.
throw new Error('event streams are not in the bundle: see lib/function-code.ts');

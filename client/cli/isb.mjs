#!/usr/bin/env node
// The launcher of `isb`: runs the TypeScript of a clone as it stands. `npx isb` finds it by `bin` in package.json.
import { register } from 'tsx/esm/api';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Whoever read the output may be gone; a command that changes something is not left half done for it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2), process);

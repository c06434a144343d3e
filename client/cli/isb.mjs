#!/usr/bin/env node
// The launcher of `isb`: runs the TypeScript of a clone as it stands. `npx isb` finds it by `bin` in package.json.
import { register } from 'tsx/esm/api';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

register();
const [{ launch }, { main }] = await Promise.all([import('./launch.ts'), import('./main.ts')]);
await launch(main);

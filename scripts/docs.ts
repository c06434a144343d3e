// `npm run docs`: writes the pages that are generated from code.
import { writeFileSync } from 'node:fs';
import { scriptOptions } from '../client/arguments.ts';
import { renderCostPage } from './cost-page.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderOpenApi } from './openapi.ts';

scriptOptions(
  {},
  {
    usage: 'Usage: npm run docs\n\nWrites docs/errors.md, docs/cost.md and docs/openapi.json anew.\n',
    help: 'npm run docs -- --help',
  },
);

writeFileSync(new URL('../docs/errors.md', import.meta.url), renderErrorsPage());
writeFileSync(new URL('../docs/cost.md', import.meta.url), renderCostPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), renderOpenApi());

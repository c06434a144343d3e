// `npm run docs`: writes the pages that are generated from code.
import { writeFileSync } from 'node:fs';
import { renderCostPage } from './cost-page.ts';
import { renderDashboardPicture } from './dashboard-picture.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderOpenApi } from './openapi.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), renderErrorsPage());
writeFileSync(new URL('../docs/cost.md', import.meta.url), renderCostPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), renderOpenApi());
writeFileSync(new URL('../docs/dashboard.svg', import.meta.url), renderDashboardPicture());

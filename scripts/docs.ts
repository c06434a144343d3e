// `npm run docs`: writes the pages that are generated from code.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderClientsPage } from './clients-page.ts';
import { renderCostPage } from './cost-page.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderOpenApi } from './openapi.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), renderErrorsPage());
writeFileSync(new URL('../docs/cost.md', import.meta.url), renderCostPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), renderOpenApi());

const clientsPage = new URL('../docs/clients.md', import.meta.url);
writeFileSync(clientsPage, renderClientsPage(readFileSync(clientsPage, 'utf8')));

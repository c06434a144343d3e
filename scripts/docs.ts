// `npm run docs`: writes the pages that are generated from code, and what teams deploy as it stands.
import { readFileSync, writeFileSync } from 'node:fs';
import { scriptOptions } from '../client/arguments.ts';
import { renderClientsPage } from './clients-page.ts';
import { renderCostPage } from './cost-page.ts';
import { renderDashboardPicture } from './dashboard-picture.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderBrokeredApplicationTemplate, renderRegistrationFunction } from './infrastructure.ts';
import { renderOpenApi } from './openapi.ts';

scriptOptions(
  {},
  {
    usage:
      'Usage: npm run docs\n\nWrites anew what is generated: pages and pictures of docs/, docs/openapi.json, client/infrastructure/generated/.\n',
    help: 'npm run docs -- --help',
  },
);

writeFileSync(new URL('../docs/errors.md', import.meta.url), renderErrorsPage());
writeFileSync(new URL('../docs/cost.md', import.meta.url), renderCostPage());
writeFileSync(new URL('../docs/openapi.json', import.meta.url), renderOpenApi());
writeFileSync(new URL('../docs/dashboard.svg', import.meta.url), renderDashboardPicture());

const clientsPage = new URL('../docs/clients.md', import.meta.url);
writeFileSync(clientsPage, renderClientsPage(readFileSync(clientsPage, 'utf8')));

const generated = new URL('../client/infrastructure/generated/', import.meta.url);
writeFileSync(new URL('registration-function.js', generated), renderRegistrationFunction());
// After the function, which it has in it.
writeFileSync(new URL('brokered-application.template.json', generated), renderBrokeredApplicationTemplate());

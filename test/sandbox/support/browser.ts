// The browser without script of the demo, for tests.
export { Browser, formOf, type Page } from '../../../demo/console/browser.ts';

// The look of all pages: one style sheet, in every page, allowed by its digest and nothing else.
import { createHash } from 'node:crypto';

/** Light and dark as the system has it, and light on paper; legible from 320 px on; nothing moves. */
export const style = `
:root { --ink: #1b1f24; --quiet: #57606a; --paper: #fff; --line: #d0d7de; --accent: #0b57d0; --warn: #9a3412 }
@media screen { :root { color-scheme: light dark } }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --quiet: #9da7b3; --paper: #0d1117; --line: #3d444d; --accent: #7cb0ff; --warn: #ffb38a }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
main, header, footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; padding-top: 1.5rem }
footer { padding: 1rem 0 2rem; color: var(--quiet) }
h1 { font-size: 1.5rem; margin: 1rem 0 }
h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; color: var(--quiet); font-weight: 600 }
a { color: var(--accent) }
p { max-width: 40rem }
ul { list-style: none; margin: 0; padding: 0 }
li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; padding: .5rem 0; border-top: 1px solid var(--line) }
li .what { flex: 1 1 14rem; min-width: 0 }
li .what > a { font-weight: 600 }
li small a { white-space: nowrap }
small, .quiet { color: var(--quiet); font-size: .875rem }
li small { display: block }
form { display: inline-flex; flex-wrap: wrap; gap: .5rem; margin: 0 }
form.search { display: flex; margin: 1rem 0 }
form.search input { flex: 1 1 12rem; min-width: 0 }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: .375rem; padding: .375rem .75rem; min-height: 2.75rem }
::placeholder { color: var(--quiet); opacity: 1 }
button { cursor: pointer }
button.main, a.main { background: var(--accent); color: var(--paper); border-color: var(--accent) }
.ways { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
a.main { display: inline-block; text-decoration: none; border-radius: .375rem; padding: .5rem 1rem; min-height: 2.75rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .375rem }
.warn { color: var(--warn); font-weight: 600 }
.skip { position: absolute; left: -100rem }
.skip:focus { position: static }
@media print { form, form.search, .ways, .skip { display: none } }
`;

/** `'sha256-…'`: CSP Level 3, section 2.3.1. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

// Imports a module, if one is named, and tells how many milliseconds after the start of the process it was ready.
// Plain JavaScript: node alone runs it, as Lambda's bootstrap runs the function.
const [module] = process.argv.slice(2);
if (module) await import(module);
process.stdout.write(`\nready after ${performance.now()}`, () => process.exit());

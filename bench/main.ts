// `npm run bench`: every question's answer beside its target. `-- --quick`: the same from fewer samples. `-- --smoke`: whether
// every question can still be put; nothing is judged.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { scriptOptions } from '../client/arguments.ts';
import { alternatives } from './alternatives.ts';
import { resultsDirectory, writeComparison } from './comparison.ts';
import { dataAccess } from './data-access.ts';
import { firstRequest } from './first-request.ts';
import { growth } from './growth.ts';
import { heap } from './heap.ts';
import { http } from './http.ts';
import { initialization } from './initialization.ts';
import { memory } from './memory.ts';
import { newApplication } from './new-application.ts';
import { newTenant } from './new-tenant.ts';
import { newToken } from './new-token.ts';
import { portal } from './portal.ts';
import type { Answer, Conditions, Finding, Form, Question } from './question.ts';
import { registration } from './registration.ts';
import { stsCalls } from './sts-calls.ts';
import { keepAwake } from './support/awake.ts';
import { synthesizeFunction } from './support/deployed-function.ts';
import { warmRequest } from './warm-request.ts';

const questions: readonly Question[] = [
  warmRequest,
  newToken,
  initialization,
  http,
  stsCalls,
  heap,
  alternatives,
  growth,
  portal,
  dataAccess,
  firstRequest,
  newTenant,
  newApplication,
  registration,
  memory,
];

const usage = `Usage: npm run bench [-- [--quick | --smoke] [--only NAME]...]

  --quick      from fewer samples, in five to ten minutes; misses a target only where the run was quiet enough to tell.
  --smoke      whether every question can still be put; judges nothing, writes nothing.
  --keep       writes results/, and the comparison of README.md, as the full form does.
  --only NAME  one of: ${questions.map(({ name }) => name).join(', ')}.
  --help, -h   prints this.

Exit codes: 0 every target met, 1 one missed, 2 wrong usage.
`;
const values = scriptOptions(
  {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
  { usage, help: 'npm run bench -- --help' },
);
if (values.smoke && (values.quick || values.keep)) {
  console.error(`${values.quick ? '--quick' : '--keep'} and --smoke exclude each other`);
  process.exit(2);
}
const form: Form = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
const asked = questions.filter(({ name }) => !values.only || values.only.includes(name));
if (asked.length !== (values.only?.length ?? questions.length)) {
  console.error(`--only takes: ${questions.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const keeps = form === 'full' || values.keep;
const machine = {
  cpu: cpus()[0]?.model.trim(),
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
};

const deployed = await synthesizeFunction();
try {
  console.log(`${machine.cores} cores of ${machine.cpu}, Node.js ${machine.node}\n`);
  const answers = await ask({ form, deployed });
  if (form === 'smoke') console.log('\nevery question was answered; from so few samples, nothing is judged');
  else judge(answers);
} finally {
  deployed.remove();
}

async function ask(conditions: Conditions): Promise<Map<Question, Answer>> {
  const answers = new Map<Question, Answer>();
  for (const question of asked) {
    const startedAt = Date.now();
    const answer =
      question.needsWakefulCores && form !== 'smoke'
        ? await keepAwake(() => question.ask(conditions))
        : await question.ask(conditions);
    answers.set(question, answer);
    print(question, answer);
    const seconds = (Date.now() - startedAt) / 1000;
    console.log(`   (${seconds.toFixed(0)} s)`);
    if (keeps) keep(question, answer, seconds);
  }
  if (keeps) writeComparison();
  return answers;
}

function judge(answers: ReadonlyMap<Question, Answer>): void {
  const rows = [...answers].flatMap(([question, { findings }]) =>
    findings.map((finding) => ({ number: questions.indexOf(question) + 1, ...finding })),
  );
  const verdictOf = (finding: Finding) => (form === 'quick' ? finding.quickVerdict : finding.verdict);
  console.log(`\n#   ${'what'.padEnd(72)}${'figure'.padEnd(27)}${'target'.padEnd(27)}verdict`);
  for (const row of rows) {
    const { number, what, figure, target = '', noise = 0 } = row;
    const verdict = verdictOf(row);
    const reason = verdict === 'cannot be judged here' ? ` (noise ${(noise * 100).toFixed(0)}%)` : '';
    console.log(
      `${String(number).padEnd(4)}${what.padEnd(72)}${figure.padEnd(27)}${target.padEnd(27)}${verdict}${reason}`,
    );
  }
  const numberOf = (verdict: string) => rows.filter((row) => verdictOf(row) === verdict).length;
  const [missed, open] = [numberOf('missed'), numberOf('cannot be judged here')];
  console.log(`\n${missed === 0 ? 'no target missed' : `${missed} missed`}`);
  if (open > 0) {
    console.log(
      `${open} nearer to the target than this run is noisy: what they are, the full form tells, or a quieter machine`,
    );
  }
  process.exitCode = missed === 0 ? 0 : 1;
}

function print({ title }: Question, { details }: Answer): void {
  console.log(`${questions.findIndex((question) => question.title === title) + 1}. ${title}`);
  // What so few samples come to is not for reading.
  if (form !== 'smoke') for (const line of details) console.log(`   ${line}`);
}

function keep({ name, title }: Question, answer: Answer, seconds: number): void {
  mkdirSync(resultsDirectory, { recursive: true });
  const load = Number(loadavg()[0]?.toFixed(1));
  const result = { title, at: new Date().toISOString(), form, seconds, machine, load, ...answer };
  writeFileSync(new URL(`${name}.json`, resultsDirectory), `${JSON.stringify(result, null, 1)}\n`);
}

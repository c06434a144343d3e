// `npm run bench`: every question's answer beside its target. `-- --quick`: the same from fewer samples. `-- --smoke`: whether
// every question can still be put; nothing is judged.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { scriptOptions } from '../client/arguments.ts';
import { alternatives } from './alternatives.ts';
import { dataAccess } from './data-access.ts';
import { growth } from './growth.ts';
import { heap } from './heap.ts';
import { http } from './http.ts';
import { initialization } from './initialization.ts';
import { newToken } from './new-token.ts';
import { portal } from './portal.ts';
import type { Answer, Conditions, Form, Question } from './question.ts';
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
];

const usage = `Usage: npm run bench [-- [--quick | --smoke] [--only NAME]...]

  --quick      from fewer samples, in about a minute; writes nothing.
  --smoke      whether every question can still be put; judges nothing, writes nothing.
  --only NAME  one of: ${questions.map(({ name }) => name).join(', ')}.
  --help, -h   prints this.

Exit codes: 0 every target met, 1 one missed, 2 wrong usage.
`;
const values = scriptOptions(
  {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
  { usage, help: 'npm run bench -- --help' },
);
if (values.quick && values.smoke) {
  console.error('--quick and --smoke exclude each other');
  process.exit(2);
}
const form: Form = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
const asked = questions.filter(({ name }) => !values.only || values.only.includes(name));
if (asked.length !== (values.only?.length ?? questions.length)) {
  console.error(`--only takes: ${questions.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const resultsDirectory = fileURLToPath(new URL('results/', import.meta.url));
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
    if (form === 'full') keep(question, answer, seconds);
  }
  return answers;
}

function judge(answers: ReadonlyMap<Question, Answer>): void {
  console.log(
    '\n#  pass  what                                                          figure                   target',
  );
  for (const [question, { findings }] of answers) {
    for (const { what, figure, target, isMet } of findings) {
      const number = String(questions.indexOf(question) + 1);
      console.log(
        `${number.padEnd(3)}${(isMet ? 'pass' : 'MISS').padEnd(6)}${what.padEnd(62)}${figure.padEnd(25)}${target}`,
      );
    }
  }
  const missed = [...answers].flatMap(([, { findings }]) => findings).filter(({ isMet }) => !isMet);
  console.log(`\n${missed.length === 0 ? 'every target met' : `${missed.length} missed`}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function print({ title }: Question, { details }: Answer): void {
  console.log(`${questions.findIndex((question) => question.title === title) + 1}. ${title}`);
  // What so few samples come to is not for reading.
  if (form !== 'smoke') for (const line of details) console.log(`   ${line}`);
}

function keep({ name, title }: Question, answer: Answer, seconds: number): void {
  mkdirSync(resultsDirectory, { recursive: true });
  const result = { title, at: new Date().toISOString(), seconds, machine, ...answer };
  writeFileSync(`${resultsDirectory}${name}.json`, `${JSON.stringify(result, null, 1)}\n`);
}

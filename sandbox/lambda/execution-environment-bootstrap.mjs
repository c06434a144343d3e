// Lambda's Node.js runtime inside an execution environment: loads the handler, then serves one request at a time.
// Plain JavaScript, because it runs in a process of its own that knows nothing of TypeScript or of this project.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { answerAt, provideSdk, reachResponseAddress } from './execution-environment-runtime.mjs';

// The sandbox is gone, however it went: nobody is left to stop this process.
process.once('disconnect', () => process.exit());

const outputs = [process.stdout, process.stderr];
/** How much was written: the sandbox reads as much before it takes an answer. */
const written = () => outputs.map(({ bytesWritten }) => bytesWritten);
/** What is written goes out in one piece, when the handler has answered or waits for something. */
const holdOutput = () => {
  for (const output of outputs) output.cork();
  setImmediate(releaseOutput);
};
const releaseOutput = () => {
  for (const output of outputs) while (output.writableCorked > 0) output.uncork();
};
process.once('exit', releaseOutput);

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html: either one ends the environment.
process.on('uncaughtException', (error) => failAndExit(error, 129));
process.on('unhandledRejection', (reason) => {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  const error = new Error(message, { cause: reason });
  error.name = 'Runtime.UnhandledPromiseRejection';
  failAndExit(error, 128);
});

// The runtime's Node.js says whom it trusts, NODE_EXTRA_CA_CERTS included; one before 22.15 does not say.
tls.getCACertificates ??= () => [
  ...tls.rootCertificates,
  readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8'),
];

provideSdk();
reachResponseAddress();

try {
  const handler = await loadHandler();
  process.on('message', (request) => serve(handler, request));
  process.send({ type: 'ready', written: written() });
} catch (error) {
  failAndExit(error, 1);
}

async function loadHandler() {
  const { _HANDLER: name, LAMBDA_TASK_ROOT: root } = process.env;
  const dot = name.lastIndexOf('.');
  const [file, exportName] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = ['.js', '.mjs', '.cjs']
    .map((extension) => join(root, file + extension))
    .find((candidate) => existsSync(candidate));
  if (!path) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const loaded = await import(pathToFileURL(path).href);
  // Of CommonJS, `default` has all that is exported, also what its text alone does not show.
  const handler = loaded[exportName] ?? loaded.default?.[exportName];
  if (typeof handler !== 'function') {
    throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  return handler;
}

async function serve(handler, { requestId, event, traceId, functionArn, deadlineMs }) {
  process.env._X_AMZN_TRACE_ID = traceId;
  holdOutput();
  try {
    const asked = JSON.parse(event);
    answerAt(asked);
    const result = await handler(asked, {
      awsRequestId: requestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      invokedFunctionArn: functionArn,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    });
    answer({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    answer({ type: 'error', ...described(error) });
  }
}

function answer(message) {
  releaseOutput();
  process.send({ ...message, written: written() });
}

function failAndExit(error, exitCode) {
  releaseOutput();
  process.send({ type: 'failed', ...described(error), written: written() }, () => process.exit(exitCode));
}

function described(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stack: error.stack }
    : { errorType: typeof error, errorMessage: String(error) };
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

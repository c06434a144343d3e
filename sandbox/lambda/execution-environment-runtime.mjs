// What a function finds in Lambda's Node.js runtime and this process has not: the SDK, and CloudFormation's addresses by https.
// Plain JavaScript, as the bootstrap that loads it.
import http from 'node:http';
import https from 'node:https';
import Module, { syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * A package of the SDK that the function has not brought along is this project's, where it has it. Only `require` finds it:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export function provideSdk() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    try {
      return resolve.call(this, request, parent, isMain, options);
    } catch (error) {
      if (!/^@aws-sdk\/[\w-]+$/.test(request)) throw error;
      return resolve.call(this, request, parent, isMain, { paths: [here] });
    }
  };
}

/** Where the request under way is to be answered, if it is a custom resource's. */
let responseUrl;

export function answerAt(event) {
  const { ResponseURL: address } = Object(event);
  responseUrl = typeof address === 'string' ? parsedUrl(address) : undefined;
}

/** As parsed-url.ts has it, which this process does not load. */
function parsedUrl(text) {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/**
 * On AWS that address is S3's, and the CDK's functions, as AWS's own `cfn-response`, take host and path of it and ask by https.
 * Here it is on loopback, without https and with a port: such a request goes there all the same, and any other where it says.
 */
export function reachResponseAddress() {
  const { request } = https;
  https.request = (options, ...more) => {
    const isAnswer =
      responseUrl?.protocol === 'http:' &&
      options?.hostname === responseUrl.hostname &&
      options.path === responseUrl.pathname + responseUrl.search &&
      (options.port ?? 443) === 443;
    return isAnswer
      ? http.request({ ...options, port: responseUrl.port }, ...more)
      : request(options, ...more);
  };
  syncBuiltinESMExports();
}

#!/usr/bin/env node
// `isb` as the package iam-session-broker-client has it: an application's commands, bundled.
import { applicationCommands } from './application-commands.ts';
import { launch } from './launch.ts';
import { runCommand } from './run-command.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
await launch((args, surroundings) => runCommand(applicationCommands, args, surroundings));

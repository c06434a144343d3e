// Runs ShopFast's web application: `npx tsx examples/shopfast/main.ts`, with the settings of README.md.
import { SessionBroker } from 'iam-session-broker-client';
import { createApplication } from './application.ts';
import { readSettings, type Settings, WrongSettings } from './settings.ts';
import { SignIn } from './sign-in.ts';

const settings = settingsOrEnd();
const server = createApplication({
  settings,
  signIn: new SignIn(settings),
  broker: new SessionBroker(settings.broker),
  log: (line) => process.stderr.write(`${line}\n`),
});
server.once('error', ({ message }) => end(message));
// Of loopback alone: who serves others puts TLS before it.
server.listen(settings.port, 'localhost', () => process.stdout.write(`ShopFast: ${settings.url}\n`));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });

function settingsOrEnd(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error;
    return end(error.message);
  }
}

function end(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

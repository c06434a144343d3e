// The user's browser, as each system opens it.
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** No shell stands between, to which an address could say something. */
export function openerOf(platform: NodeJS.Platform, env: Environment): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // Linux within Windows: the browser is out there.
  return env['WSL_DISTRO_NAME'] ? ['wslview'] : ['xdg-open'];
}

/**
 * Tries to open it. Where that does not work nobody is told: the address has been printed.
 *
 * The address is seen by whoever may list this machine's processes: it holds nothing that is of use without the verifier.
 */
export function openBrowser(url: string, env: Environment, platform = process.platform): void {
  const [file, ...args] = openerOf(platform, env);
  spawn(file, [...args, url], { env: { ...env }, detached: true, stdio: 'ignore' })
    .on('error', () => {})
    .unref();
}

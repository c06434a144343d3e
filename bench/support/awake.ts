// Keeps the processor's cores from going idle, by processes of the lowest priority.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, constants, setPriority } from 'node:os';

/**
 * A virtual machine takes longer to wake up an idle core than a request takes: what waits for another thread would be
 * measured as the machine's latency, and not as work. Whatever else is to run takes precedence over these.
 */
export async function keepAwake<T>(work: () => Promise<T>): Promise<T> {
  const spinning = Array.from({ length: availableParallelism() }, () =>
    spawn(
      process.execPath,
      [
        '--eval',
        'process.once("disconnect", () => process.exit()); setInterval(() => { const end = Date.now() + 500; while (Date.now() < end); }, 0);',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      },
    ),
  );
  try {
    for (const { pid } of spinning) if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
    return await work();
  } finally {
    await Promise.all(
      spinning.map(async (child) => {
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await closed;
      }),
    );
  }
}

import { Argument, type Command, Option } from 'commander';
import { CATALOGUE, type DatasetName } from '../data/files/catalogue.js';
import { FetchError, type FetchEvent, fetchDataset } from '../data/files/fetch.js';
import type { Screen } from '../report/screen.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { options, parsePath } from './options.js';
import { errorScreen, log, print } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit fetch mnist
  fewbit fetch fashion-mnist --data-dir data`;

/** `fewbit fetch`: the only command that uses the network. */
export function addFetch(program: Command, finish: Finish): void {
  program
    .command('fetch')
    .description('download a data set and check it; --data finds it afterwards')
    .addArgument(new Argument('<name>', 'data set').choices(Object.keys(CATALOGUE)))
    .addOption(
      new Option('--data-dir <dir>', "where to put it (default: the user's cache)").argParser(parsePath),
    )
    .addOption(options.quiet())
    .addHelpText('after', EXAMPLES)
    .action(async (name: DatasetName, flags: { dataDir?: string; quiet?: boolean }) => {
      const interrupt = interruptible(() => log('interrupted: what has arrived is kept'));
      const onProgress = flags.quiet ? undefined : fetchLog(errorScreen());
      try {
        const { signal } = interrupt;
        const { folder } = await fetchDataset(name, { cacheDir: flags.dataDir, signal, onProgress });
        print([`${name} is in ${folder}`]);
        finish(EXIT_DONE);
      } catch (error) {
        if (interrupt.signal.aborted) finish(EXIT_INTERRUPTED);
        else if (error instanceof FetchError) {
          log(`fewbit: ${error.message}`);
          finish(EXIT_FAILED);
        } else throw error;
      } finally {
        interrupt.dispose();
      }
    });
}

const REDRAW_MS = 100;

/** One line for the end of each file; on a terminal also the bytes that have arrived, in place. */
export function fetchLog(
  screen: Screen,
  now: () => number = () => performance.now(),
): (event: FetchEvent) => void {
  let drawnAt = Number.NEGATIVE_INFINITY;
  const say = (text: string) => screen.write(screen.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
  return (event) => {
    switch (event.type) {
      case 'present':
        say(`${event.file}: already there`);
        break;
      case 'start':
        if (!screen.isTTY) say(`${event.file}: from ${event.url}`);
        break;
      case 'bytes':
        if (!screen.isTTY || now() - drawnAt < REDRAW_MS) break;
        screen.write(`\r\x1b[K${event.file}: ${amount(event.received, event.total)}`);
        drawnAt = now();
        break;
      case 'failed':
        say(`${event.file}: ${event.url} ${event.reason}`);
        break;
      case 'done':
        say(`${event.file}: fetched and checked`);
        break;
    }
  };
}

function amount(received: number, total: number | null): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return total === null ? `${megabytes(received)} MB` : `${megabytes(received)} of ${megabytes(total)} MB`;
}

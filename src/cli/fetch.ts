import { Argument, type Command } from 'commander';
import { CATALOGUE, type DatasetName } from '../data/files/catalogue.js';
import { FetchError, type FetchEvent, fetchDataset } from '../data/files/fetch.js';
import type { Screen } from '../report/screen.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { addOptions, type Flags } from './options.js';
import { errorScreen, log, print } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit fetch mnist
  fewbit fetch fashion-mnist --data-dir data`;

const FLAGS = ['dataDir', 'quiet'] as const;

/** `fewbit fetch`: the only command that uses the network. */
export function addFetch(program: Command, finish: Finish): void {
  const command = program
    .command('fetch')
    .description('download a data set and check it; --data finds it afterwards')
    .addArgument(new Argument('<name>', 'data set').choices(Object.keys(CATALOGUE)));
  addOptions(command, FLAGS, { dataDir: { help: "where to put it (default: the user's cache)" } })
    .addHelpText('after', EXAMPLES)
    .action(async (name: DatasetName, flags: Flags<typeof FLAGS>) => {
      const view = fetchLog(errorScreen());
      const interrupt = interruptible(
        () => view.note('interrupted: what has arrived is kept'),
        process,
        () => view.close(),
      );
      const onProgress = flags.quiet ? undefined : view.onEvent;
      try {
        const { signal } = interrupt;
        const { folder } = await fetchDataset(name, { cacheDir: flags.dataDir, signal, onProgress });
        view.close();
        print([`${name} is in ${folder}`]);
        finish(EXIT_DONE);
      } catch (error) {
        view.close();
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

export interface FetchView {
  onEvent(event: FetchEvent): void;
  /** A line that stays. */
  note(line: string): void;
  /** Removes what was drawn for the moment. */
  close(): void;
}

/**
 * One line for the end of each file; on a terminal also the bytes that have arrived, in place. Where hosts cannot be reached
 * nothing is said here: the error at the end says it, once.
 */
export function fetchLog(screen: Screen, now: () => number = () => performance.now()): FetchView {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  let from: string | undefined;
  const erasure = () => (screen.isTTY ? '\r\x1b[K' : '');
  const say = (text: string) => {
    screen.write(`${erasure()}${text}\n`);
    isDrawn = false;
  };
  const onEvent = (event: FetchEvent): void => {
    switch (event.type) {
      case 'present':
        say(`${event.file}: already there`);
        break;
      case 'start':
        from = `${event.file}: from ${event.url}`;
        break;
      case 'bytes':
        if (!screen.isTTY) {
          if (from !== undefined) say(from);
          from = undefined;
          break;
        }
        if (now() - drawnAt < REDRAW_MS) break;
        screen.write(`\r\x1b[K${event.file}: ${amount(event.received, event.total)}`);
        isDrawn = true;
        drawnAt = now();
        break;
      case 'failed':
        if (!event.unreachable) say(`${event.file}: ${event.url} ${event.reason}`);
        break;
      case 'done':
        say(`${event.file}: fetched and checked`);
        break;
    }
  };
  const close = () => {
    if (isDrawn) screen.write(erasure());
    isDrawn = false;
  };
  return { onEvent, note: say, close };
}

function amount(received: number, total: number | null): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return total === null ? `${megabytes(received)} MB` : `${megabytes(received)} of ${megabytes(total)} MB`;
}

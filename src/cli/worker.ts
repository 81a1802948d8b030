import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { createPool } from '../ensemble/train/platform.js';
import { OPTIONS } from '../options.js';
import { readAddress } from '../queue/address.js';
import { type PairDone, QueueWorker } from '../queue/worker.js';
import { formatCount, formatSeconds } from '../report/numbers.js';
import { interruptible } from '../run/interrupt.js';
import '../run/node.js';
import { thisMaker } from '../run/run-identity.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { addOptions, type Flags } from './options.js';
import { checkShared } from './queue-option.js';
import { log, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit worker --queue redis://host
  FEWBIT_QUEUE=postgres://name:password@host/base fewbit worker --queue env --cores 8

Ends with Ctrl-C or SIGTERM: its pairs go back to the queue, another worker has them at once.`;

const FLAGS = ['queue', 'cores', 'shared', 'patience', 'idle', 'json', 'quiet'] as const;

/** `fewbit worker`: one machine's share in the work of a queue. */
export function addWorker(program: Command, finish: Finish): void {
  const command = program
    .command('worker')
    .description('solve pairs of train --queue on this machine, until it is stopped');
  addOptions(command, FLAGS, {
    queue: { required: true },
    shared: { help: 'a folder that all machines see, where train --shared puts the samples' },
    json: { help: 'at the end, print the number of pairs and the seconds as JSON' },
    quiet: { help: 'no lines about pairs' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async ({ queue, cores = availableParallelism(), ...flags }: Flags<typeof FLAGS, 'queue'>) => {
      const address = readAddress(queue);
      await checkShared(flags.shared);
      const maker = await thisMaker();
      const began = performance.now();
      const interrupt = interruptible(() =>
        log('interrupted: the pairs in hand go back to the queue (again to quit)'),
      );
      const pool = await createPool(cores);
      const engine = maker.engine.replace(/^sha256:/, '').slice(0, 12);
      log(
        `worker at ${address.shown}: ${formatCount(cores)} ${cores === 1 ? 'core' : 'cores'}, fewbit ${maker.fewbit}, engine ${engine}`,
      );
      try {
        const pairs = await QueueWorker.serve(address, pool, {
          ...{ maker, cores, shared: flags.shared, idle: flags.idle, signal: interrupt.signal },
          patience: flags.patience ?? OPTIONS.patience.default,
          onNote: log,
          onPair: (done) => {
            if (!flags.quiet) log(lineOf(done));
          },
        });
        const seconds = (performance.now() - began) / 1000;
        if (flags.json) printJson({ pairs, seconds });
        else
          log(`${formatCount(pairs)} ${pairs === 1 ? 'pair' : 'pairs'} solved in ${formatSeconds(seconds)}`);
      } finally {
        await pool.close();
        interrupt.dispose();
      }
      finish(EXIT_DONE);
    });
}

const SAID: Readonly<Record<PairDone['how'], string>> = {
  solved: 'solved',
  twice: 'solved, as another worker had it',
  unequal: 'solved, and not as another worker had it',
  stopped: 'stopped: no longer wanted',
  'given back': 'given back to the queue',
  refused: 'refused: its problem cannot be solved as asked',
  crashed: 'not solved: the engine died on it twice',
  missing: 'not begun: its samples are not here',
};

function lineOf({ pair, seconds, how }: PairDone): string {
  return `${pair < 0 ? 'a task' : `pair ${pair}`} ${SAID[how]} (${formatSeconds(seconds)})`;
}

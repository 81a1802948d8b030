import type { Command } from 'commander';
import { weightBytes } from '../ensemble/model/bytes.js';
import { formatCount } from '../report/numbers.js';
import { mergeFolders } from '../run/merge.js';
import '../run/node.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { addOptions, type Flags } from './options.js';
import { pairBlock } from './pair-block.js';
import { print, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit train --data digits --shots 10 --out share-1 --part 1/2
  fewbit train --data digits --shots 10 --out share-2 --part 2/2
  fewbit merge share-1 share-2 --out my-digits`;

const FLAGS = ['out', 'force', 'json'] as const;

/** `fewbit merge`: one run of the folders of all shares. */
export function addMerge(program: Command, finish: Finish): void {
  const command = program
    .command('merge')
    .description('make one model of the folders of train --part, whatever machines they come from')
    .argument('<dirs...>', 'folders of the shares');
  addOptions(command, FLAGS, {
    out: { flag: '--out <dir>', help: 'the run folder; it is made', required: true },
    force: { help: 'start anew where --out holds another run' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (folders: string[], flags: Flags<typeof FLAGS, 'out'>) => {
      const { classifier, pairs, twice, modelFile } = await mergeFolders(folders, flags.out, {
        force: flags.force,
      });
      const summary = {
        pairs: pairs.map(pairBlock),
        nonzero: pairs.reduce((sum, pair) => sum + pair.nonzero, 0),
        links: pairs.reduce((sum, pair) => sum + (pair.network === null ? 0 : pair.links), 0),
        bytes: weightBytes(classifier.pairs, classifier.model.weightBound),
        twice,
      };
      if (flags.json) printJson(summary);
      else {
        const again = twice === 0 ? '' : `; ${formatCount(twice)} came twice and are equal`;
        print([
          `${formatCount(pairs.length)} ${pairs.length === 1 ? 'pair' : 'pairs'} of ${formatCount(folders.length)} ${folders.length === 1 ? 'folder' : 'folders'}${again}`,
          `Model written to ${modelFile}`,
        ]);
      }
      finish(EXIT_DONE);
    });
}

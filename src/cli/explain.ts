import type { Command } from 'commander';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import {
  explainModel,
  explainRow,
  type ProbabilityLine,
  probabilityLines,
  scoreBands,
} from '../ensemble/predict/explain.js';
import { type Block, blocksAsHtml, blocksAsMarkdown, blocksAsText } from '../report/blocks.js';
import { explanationBlocks, rowBlocks } from '../report/card.js';
import { htmlPage } from '../report/shell.js';
import { escapeText } from '../report/svg.js';
import { loadForClassifier, TABLE_FLAGS } from './data.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { modelFile } from './model-file.js';
import { addOptions, type Flags } from './options.js';
import { painter, print, printJson, printText, usageError } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit explain heart
  fewbit explain heart --data heart.csv --as markdown --out card.md
  fewbit explain heart --data heart.csv --row 17`;

const FLAGS = ['data', 'dataDir', 'test', ...TABLE_FLAGS, 'row', 'as', 'out', 'json'] as const;

type ExplainFlags = Flags<typeof FLAGS, 'as'>;

/** `fewbit explain`: what a model of a table looks at, and why a row has its label. */
export function addExplain(program: Command, finish: Finish): void {
  const command = program
    .command('explain')
    .description(
      'say what a model of a table looks at: score cards, weights by column, why a row has its label',
    )
    .argument('<model>', 'model file, or the folder of a training');
  addOptions(command, FLAGS, {
    data: { help: 'rows to go with the scores, or the table of --row' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: ExplainFlags) => {
      if (flags.row !== undefined && flags.data === undefined) throw usageError('--row', 'needs --data');
      const file = await modelFile(path);
      const classifier = EnsembleClassifier.load(await readText(file), file);
      await checkTargets(
        { '--out': flags.out },
        { 'the model': file, '--data': flags.data, '--test': flags.test },
      );
      const explanation = explainModel(classifier.model);
      const data =
        flags.data === undefined
          ? undefined
          : (await loadForClassifier(classifier, file, { ...flags, data: flags.data })).data;
      const row =
        data === undefined || flags.row === undefined ? undefined : explainRow(classifier, data, flags.row);
      const bands = data === undefined || row !== undefined ? [] : scoreBands(classifier, data);
      if (flags.json) printJson(row ?? { ...explanation, bands });
      else {
        const blocks =
          row === undefined
            ? explanationBlocks(explanation, bands, linesOf(classifier))
            : rowBlocks(row, classifier.classes);
        await show(blocks, `fewbit: ${path}`, flags);
      }
      finish(EXIT_DONE);
    });
}

function linesOf({ model: { calibration } }: EnsembleClassifier): ProbabilityLine[] {
  return calibration === undefined ? [] : probabilityLines(calibration);
}

async function show(blocks: readonly Block[], title: string, { as, out }: ExplainFlags): Promise<void> {
  if (as === 'text' && out === undefined) {
    print(blocksAsText(blocks, painter(process.stdout)));
    return;
  }
  const text =
    as === 'text'
      ? `${blocksAsText(blocks).join('\n')}\n`
      : as === 'markdown'
        ? blocksAsMarkdown(blocks)
        : htmlPage(title, [`<h1>${escapeText(title)}</h1>`, blocksAsHtml(blocks)]);
  if (out === undefined) printText(text);
  else await writeWhole(out, text);
}

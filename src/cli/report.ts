import type { Command } from 'commander';
import { tracePage } from '../report/trace-page.js';
import { readTrace } from '../report/trace-read.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { addOptions, type Flags } from './options.js';
import { print } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit solve pair.problem.json --trace pair.trace
  fewbit report --trace pair.trace --out pair.html`;

const FLAGS = ['trace', 'out'] as const;

/** `fewbit report`: draws what `fewbit solve --trace` has written. */
export function addReport(program: Command, finish: Finish): void {
  const command = program
    .command('report')
    .description('draw a trace: incumbent and bound over work, and the trees, as a page of its own');
  addOptions(command, FLAGS, {
    trace: { help: 'what fewbit solve --trace has written', required: true },
    out: { flag: '--out <file>', help: 'the page', required: true },
  })
    .addHelpText('after', EXAMPLES)
    .action(async ({ trace, out }: Flags<typeof FLAGS, 'trace' | 'out'>) => {
      const read = readTrace(await readText(trace), trace);
      await checkTargets({ '--out': out }, { '--trace': trace });
      await writeWhole(out, tracePage(read, `fewbit: ${trace}`));
      print([`Page written to ${out}`]);
      finish(EXIT_DONE);
    });
}

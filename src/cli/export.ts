import type { Command } from 'commander';
import { exportStage } from '../milp/export.js';
import { parseProblem, parseSolution } from '../problem/file.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { addOptions, type Flags } from './options.js';
import { printText } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit export pair.problem.json --stage sm --format lp
  fewbit export pair.problem.json --stage mm --format mps --solution pair.solution.json --out pair-mm.mps`;

const FLAGS = ['stage', 'format', 'out', 'solution'] as const;

/** `fewbit export`: one stage as a MILP for other solvers. */
export function addExport(program: Command, finish: Finish): void {
  const command = program
    .command('export')
    .description("write a stage's MILP as free MPS or CPLEX LP, readable by HiGHS, CBC and GLPK")
    .argument('<problem>', 'problem file');
  addOptions(command, FLAGS, {
    stage: { required: true },
    format: { required: true },
    solution: { help: 'solution of the stages before, which mm and mw start from' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (problemPath: string, flags: Flags<typeof FLAGS, 'stage' | 'format'>) => {
      const problem = parseProblem(await readText(problemPath), problemPath);
      await checkTargets(
        { '--out': flags.out },
        { 'the problem': problemPath, '--solution': flags.solution },
      );
      const previous =
        flags.solution === undefined
          ? undefined
          : parseSolution(await readText(flags.solution), flags.solution);
      const text = exportStage(problem, flags.stage, flags.format, previous, flags.solution);
      if (flags.out === undefined) printText(text);
      else await writeWhole(flags.out, text);
      finish(EXIT_DONE);
    });
}

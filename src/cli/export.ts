import { type Command, Option } from 'commander';
import { exportStage, type ModelFormat } from '../milp/export.js';
import { parseProblem, parseSolution } from '../problem/file.js';
import { STAGE_NAMES } from '../stage-list.js';
import type { StageName } from '../stages/types.js';
import { EXIT_DONE, type Finish } from './exit.js';
import { checkTargets, readText, writeText } from './files.js';
import { parsePath } from './options.js';
import { printText } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit export pair.problem.json --stage sm --format lp
  fewbit export pair.problem.json --stage mm --format mps --solution pair.solution.json --out pair-mm.mps`;

interface ExportFlags {
  readonly stage: StageName;
  readonly format: ModelFormat;
  readonly out?: string;
  readonly solution?: string;
}

/** `fewbit export`: one stage as a MILP for other solvers. */
export function addExport(program: Command, finish: Finish): void {
  program
    .command('export')
    .description("write a stage's MILP as free MPS or CPLEX LP, readable by HiGHS, CBC and GLPK")
    .argument('<problem>', 'problem file')
    .addOption(new Option('--stage <stage>', 'the stage to write').choices(STAGE_NAMES).makeOptionMandatory())
    .addOption(new Option('--format <format>', 'file format').choices(['mps', 'lp']).makeOptionMandatory())
    .addOption(new Option('--out <file>', 'file to write (default: standard output)').argParser(parsePath))
    .addOption(
      new Option('--solution <file>', 'solution of the stages before, which mm and mw start from').argParser(
        parsePath,
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (problemPath: string, flags: ExportFlags) => {
      const problem = parseProblem(await readText(problemPath), problemPath);
      await checkTargets(flags.out);
      const previous =
        flags.solution === undefined
          ? undefined
          : parseSolution(await readText(flags.solution), flags.solution);
      const text = exportStage(problem, flags.stage, flags.format, previous, flags.solution);
      if (flags.out === undefined) printText(text);
      else await writeText(flags.out, text);
      finish(EXIT_DONE);
    });
}

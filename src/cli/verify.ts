import type { Command } from 'commander';
import { parseProblem, parseSolution } from '../problem/file.js';
import { formatObjective } from '../report/numbers.js';
import type { Paint } from '../report/paint.js';
import { formatTable } from '../report/tables.js';
import { checkSolution, type Verdict } from '../verify/checker.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { readText } from './files.js';
import { options } from './options.js';
import { painter, print, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit verify pair.problem.json pair.solution.json
  fewbit verify pair.problem.json pair.solution.json --json`;

/** `fewbit verify`: a solution file against its problem, in exact integers, by code that shares nothing with the engine. */
export function addVerify(program: Command, finish: Finish): void {
  program
    .command('verify')
    .description(
      'check a solution against its problem in exact integer arithmetic; exit 1 where something does not hold',
    )
    .argument('<problem>', 'problem file')
    .argument('<solution>', 'solution file')
    .addOption(options.json())
    .addHelpText('after', EXAMPLES)
    .action(async (problemPath: string, solutionPath: string, flags: { json?: boolean }) => {
      const problem = parseProblem(await readText(problemPath), problemPath);
      const solution = parseSolution(await readText(solutionPath), solutionPath);
      const verdict = checkSolution(problem, solution);
      if (flags.json) printJson(verdict);
      else print(formatVerdict(verdict, painter(process.stdout)));
      finish(verdict.valid ? EXIT_DONE : EXIT_FAILED);
    });
}

function formatVerdict(verdict: Verdict, paint: Paint): string[] {
  const lines = formatTable(
    [
      { title: 'stage' },
      { title: 'objective', align: 'right' },
      { title: 'objective holds' },
      { title: 'bound holds' },
      { title: 'why' },
    ],
    verdict.stages.map((stage) => [
      stage.stage,
      formatObjective(stage.objective),
      inWords(stage.objectiveHolds),
      inWords(stage.boundHolds),
      stage.reason ?? '',
    ]),
    paint,
  );
  const faults = (verdict.faults ?? []).map((fault) => `fault: ${fault}`);
  const result = verdict.valid ? paint('green', 'valid') : paint('red', 'not valid');
  return [...lines, ...faults, '', result];
}

function inWords(holds: boolean | null): string {
  return holds === null ? 'not checkable' : holds ? 'yes' : 'NO';
}

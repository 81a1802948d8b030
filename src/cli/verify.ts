import type { Command } from 'commander';
import { formatObjective } from '../report/numbers.js';
import type { Paint } from '../report/paint.js';
import { formatTable } from '../report/tables.js';
import { interruptible } from '../run/interrupt.js';
import type { Verdict } from '../verify/verdict.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { addOptions, type Flags } from './options.js';
import { log, painter, print, printJson } from './terminal.js';
import { verifyFiles } from './verify-files.js';

const EXAMPLES = `
Examples:
  fewbit verify pair.problem.json pair.solution.json
  fewbit verify pair.problem.json pair.solution.json --proof pair.proof
  fewbit verify pair.problem.json pair.solution.json --proof pair.proof.gz --require-proof --time-limit 60
  fewbit verify pair.problem.json pair.solution.json --json`;

const FLAGS = ['proof', 'requireProof', 'timeLimit', 'json'] as const;

/** `fewbit verify`: a solution file against its problem, in exact integers, by code that shares nothing with the engine. */
export function addVerify(program: Command, finish: Finish): void {
  const command = program
    .command('verify')
    .description(
      'check a solution against its problem in exact integer arithmetic; exit 1 where something does not hold',
    )
    .argument('<problem>', 'problem file')
    .argument('<solution>', 'solution file');
  addOptions(command, FLAGS, {
    proof: { help: 'replay this proof file (.gz or not) and judge every bound by it' },
    timeLimit: {
      help: 'seconds for all of it; what is not decided by then counts as unproved (default: none)',
    },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (problemPath: string, solutionPath: string, flags: Flags<typeof FLAGS>) => {
      const interrupt = interruptible(() => log('interrupted'));
      const task = { problemPath, solutionPath, proofPath: flags.proof };
      const verdict = await verifyFiles(task, flags.timeLimit, interrupt.signal).finally(interrupt.dispose);
      if (flags.json) printJson(verdict);
      else print(formatVerdict(verdict, painter(process.stdout)));
      finish((flags.requireProof ? verdict.proved : verdict.valid) ? EXIT_DONE : EXIT_FAILED);
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
  return [headline(verdict, paint), '', ...lines, ...poolLines(verdict), ...faults];
}

function poolLines({ pool }: Verdict): string[] {
  if (pool === undefined) return [];
  const reason = pool.reason === undefined ? '' : `; ${pool.reason}`;
  return [
    '',
    `pool of ${pool.networks}: every network holds: ${inWords(pool.networksHold)}, no other is as good: ${inWords(pool.othersHold)}${reason}`,
  ];
}

/** The first line: which of the three outcomes it is. */
function headline({ valid, proved, unproved, stopped }: Verdict, paint: Paint): string {
  if (!valid) return paint('red', 'not valid');
  if (proved) return `${paint('green', 'valid')}: everything is shown`;
  const limit = stopped === undefined ? '' : ' within the time limit';
  return `${paint('yellow', 'unproved')}: nothing is wrong, but not shown${limit}: ${(unproved ?? []).join(', ')}`;
}

function inWords(holds: boolean | null): string {
  return holds === null ? 'not checkable' : holds ? 'yes' : 'NO';
}

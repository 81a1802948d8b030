import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { scaleOf } from '../verify/claims.js';
import { networkFault } from '../verify/fault.js';
import { readFigures } from '../verify/figures.js';
import { optimumFaults } from './optimum-faults.js';
import { exactValue, type StageCase } from './stage-case.js';

/**
 * Everything that an honest record says, with or without the true optimum: the network is sound and worth exactly what is
 * claimed, the optimum lies between objective and bound, and a claim of a proof is the truth.
 *
 * @param optimum in integer units; `null`: infeasible; undefined: not known
 * @returns what is not so, a line each
 */
export function dishonesties(
  problem: TrainingProblem,
  stageCase: StageCase,
  optimum: number | null | undefined,
): string[] {
  const { record, stage } = stageCase;
  const lies: string[] = [];
  const claim = (holds: boolean, what: string): void => {
    if (!holds) lies.push(what);
  };
  const scale = scaleOf(problem, stage);
  const figures = readFigures(problem, record);
  // Of the engine's own figures the file's number is the double nearest to the decimal, whatever a reader makes of others.
  const whole = (name: 'objective' | 'bound'): number | null => {
    const value = record[name];
    if (value === null) return null;
    const units = figures[name];
    const isNearest = typeof units === 'number' && Object.is(units / scale, value);
    claim(isNearest, `${name} ${Object.is(value, -0) ? '-0' : value} is no multiple of 1/${scale}`);
    return units ?? 0;
  };
  const objective = whole('objective');
  const bound = whole('bound');
  const { sense } = STAGES[stage];
  const { status } = record;
  const isProved = status === 'optimal' || status === 'infeasible';
  claim((record.stopReason === 'proved') === isProved, `stopReason ${record.stopReason} with ${status}`);
  claim(
    (status === 'optimal' || status === 'feasible') === (objective !== null),
    `${status} with ${objective}`,
  );
  claim(
    stage !== 'sm' || objective !== null || problem.atMostWrong !== undefined,
    'SM without a network: any network counts some samples or none',
  );
  if (objective !== null) {
    const { network } = record;
    const fault = network ? networkFault(problem, network) : 'there is none';
    claim(fault === null, `network: ${fault}`);
    if (network && fault === null) {
      const value = exactValue(problem, stageCase, network);
      claim(value === objective, `objective ${objective}, but the network is worth ${value}`);
    }
    claim(
      bound === null || sense * bound >= sense * objective,
      `bound ${bound} refuses objective ${objective}`,
    );
    claim(status !== 'optimal' || bound === objective, `optimal at ${objective} with bound ${bound}`);
  }
  if (optimum !== undefined) lies.push(...optimumFaults({ stage, status, objective, bound }, optimum));
  return lies;
}

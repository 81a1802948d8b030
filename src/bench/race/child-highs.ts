import { formatMps } from '../../milp/mps.js';
import { networkOfPoint, stageOfProblem } from '../../milp/point.js';
import type { StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { STAGES } from '../../stage-list.js';
import { scaleOf } from '../../verify/claims.js';
import { claimedRun, outwardBound, wholeOf } from '../claimed-run.js';
import type { RawRun } from '../types.js';

/** Told of a figure in the units of solution files, and when it came. */
export type Hear = (kind: 'incumbent' | 'bound', value: number, seconds: number) => void;

interface Task {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly limit: number;
  readonly seed: number;
}

/** The part of the package `highs` that is used here. */
interface Runtime {
  createModel(source: { format: 'mps'; data: Uint8Array }): Model;
}
interface Model {
  readonly options: { set(options: Record<string, number | boolean | string>): void };
  readonly info: { get(name: string): number | bigint };
  run(callbacks?: Record<number, (event: Event) => undefined>): unknown;
  getModelStatus(): number;
  getObjectiveValue(): number;
  getSolution(): { readonly colValue: Float64Array };
  dispose(): void;
}
interface Event {
  readonly data?: { readonly objective_function_value?: number; readonly mip_dual_bound?: number };
}

/** HighsModelStatus and callback types. */
const OPTIMAL = 7;
const INFEASIBLE = [8, 9];
const FEASIBLE_POINT = 2;
const IMPROVING_SOLUTION = 4;
const MIP_LOGGING = 5;

/** HiGHS (npm) on the model of one stage. What it claims is handed on as it claims it, with the network nearest to its point. */
export function raceHighs(runtime: unknown, { problem, stage, limit, seed }: Task, hear: Hear): RawRun {
  const scale = scaleOf(problem, stage);
  const { sense } = STAGES[stage];
  const stageModel = stageOfProblem(problem, stage);
  const data = new TextEncoder().encode(formatMps(stageModel));
  const model = (runtime as Runtime).createModel({ format: 'mps', data });
  try {
    model.options.set({
      output_flag: false,
      random_seed: seed,
      mip_rel_gap: 0,
      mip_abs_gap: 0.5 / scale, // objectives move in whole units: half of one proves optimality
      mip_feasibility_tolerance: Math.max(1e-10, Math.min(1e-9, stageModel.tolerance)),
      time_limit: limit,
    });
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    let last: number | null = null;
    model.run({
      [IMPROVING_SOLUTION]: ({ data: event }): undefined => {
        const value = event?.objective_function_value;
        if (value !== undefined) hear('incumbent', wholeOf(-sense * value, scale), elapsed());
      },
      [MIP_LOGGING]: ({ data: event }): undefined => {
        const bound = outwardBound(stage, event?.mip_dual_bound, scale);
        if (bound !== null && bound !== last) hear('bound', bound, elapsed());
        last = bound;
      },
    });
    const seconds = elapsed();
    const status = model.getModelStatus();
    const hasPoint = Number(model.info.get('primal_solution_status')) === FEASIBLE_POINT;
    return claimedRun(problem, {
      stage,
      status: status === OPTIMAL && hasPoint ? 'optimal' : INFEASIBLE.includes(status) ? 'infeasible' : null,
      objective: hasPoint ? wholeOf(-sense * model.getObjectiveValue(), scale) : null,
      bound: outwardBound(stage, Number(model.info.get('mip_dual_bound')), scale),
      seconds,
      nodes: Math.max(0, Number(model.info.get('mip_node_count'))),
      ...(hasPoint ? { network: networkOfPoint(problem, model.getSolution().colValue, stageModel) } : {}),
    });
  } finally {
    model.dispose();
  }
}

/*
 * The package `highs` (HiGHS as WebAssembly) on the exported model of one stage, in this process, with the options that
 * src/milp/highs.ts gives it. The clock runs while it solves; writing and reading the model is `build`.
 */
import { exportStage } from '../../dist/milp/export.js';
import { importHighs } from '../../dist/milp/highs.js';
import { marginUnits } from '../../dist/problem/semantics.js';
import { Incumbents, outcome, roundToUnit, senseOf } from './outcome.mjs';

let highs;

export async function prepareHighs() {
  highs ??= await (await importHighs()).default();
}

/** @param onIncumbent called with objective and seconds at each new incumbent */
export async function runHighs({ problem, stage, limit, seed = 0 }, onIncumbent = () => {}) {
  await prepareHighs();
  const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
  const sense = senseOf(stage);
  const incumbents = new Incumbents(sense);
  const building = performance.now();
  const data = new TextEncoder().encode(exportStage(problem, stage, 'mps'));
  const model = highs.createModel({ format: 'mps', data });
  try {
    model.options.set({
      output_flag: false,
      random_seed: seed,
      mip_rel_gap: 0,
      mip_abs_gap: 0.5 / scale, // objectives move in whole units: half of one proves optimality
      mip_feasibility_tolerance: 1e-9,
      time_limit: limit,
    });
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    model.run({
      [highs.constants.callbackType.mipImprovingSolution]: (event) => {
        const objective = roundToUnit(-sense * event.data.objective_function_value, scale);
        const before = incumbents.objective;
        incumbents.see(objective, elapsed());
        if (incumbents.objective !== before) onIncumbent(objective, elapsed());
      },
    });
    const seconds = elapsed();
    const statuses = highs.constants.modelStatus;
    const status = model.getModelStatus();
    if (Number(model.info.get('primal_solution_status')) === 2) {
      incumbents.see(roundToUnit(-sense * model.getObjectiveValue(), scale), seconds);
    }
    const dual = Number(model.info.get('mip_dual_bound'));
    return outcome({
      status:
        status === statuses.optimal
          ? 'optimal'
          : status === statuses.infeasible
            ? 'infeasible'
            : named(incumbents),
      incumbents,
      bound: Number.isFinite(dual) ? outward(-sense * dual, sense, scale) : null,
      nodes: Math.max(0, Number(model.info.get('mip_node_count'))),
      seconds,
      build: (began - building) / 1000,
    });
  } finally {
    model.dispose();
  }
}

/** The bound as a multiple of the unit, after HiGHS's own tolerance: what it proves, and no more. */
export function outward(bound, sense, scale) {
  const loose = sense * bound + 1e-6 + 1e-8 * Math.abs(bound);
  return (sense * Math.floor(loose * scale)) / scale + 0;
}

const named = (incumbents) => (incumbents.objective === null ? 'unknown' : 'feasible');

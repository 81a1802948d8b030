/*
 * What every contestant's run comes down to, in seconds and in the units of the stage:
 *
 *     { status, objective, bound, gap, nodes, first, best, proof, seconds, build }
 *
 * `first`, `best`: when the first and the last incumbent came; `proof`: when the stage was settled; null where it did
 * not happen. `status` is optimal, infeasible, feasible, unknown, killed (no answer long after the limit) or failed.
 */

/** Collects incumbents as they come. Only a strictly better one is a new one. */
export class Incumbents {
  first = null;
  best = null;
  objective = null;

  /** @param sense +1 where larger is better */
  constructor(sense) {
    this.sense = sense;
  }

  see(objective, seconds) {
    if (objective === null || objective === undefined || Number.isNaN(objective)) return;
    if (this.objective !== null && this.sense * objective <= this.sense * this.objective) return;
    this.objective = objective;
    this.first ??= seconds;
    this.best = seconds;
  }
}

export const senseOf = (stage) => (stage === 'mw' ? -1 : 1);

/** Solvers that compute in floating point mean the nearest multiple of the stage's unit. */
export function roundToUnit(value, scale) {
  return Math.round(value * scale) / scale + 0;
}

export function outcome({ status, incumbents, bound, nodes, seconds, build = 0 }) {
  const { objective, first, best } = incumbents;
  const proved = status === 'optimal' || status === 'infeasible';
  return {
    status,
    objective,
    bound: bound ?? null,
    gap:
      objective === null || bound === null
        ? null
        : Math.abs(bound - objective) / Math.max(1, Math.abs(objective)),
    nodes,
    first,
    best,
    proof: proved ? seconds : null,
    seconds,
    build,
  };
}

/** A run that gave no answer of its own: what was heard of it until then stands. */
export function silent(status, incumbents, seconds) {
  return outcome({ status, incumbents, bound: null, nodes: null, seconds });
}

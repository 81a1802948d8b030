import {
  CLOSED_BOUND,
  CLOSED_EMPTY,
  CLOSED_POINT,
  CLOSED_SETTLED,
  CLOSED_UPPER,
  IN_CERTIFICATES,
  IN_COVERS,
  IN_PROOF,
  IN_SIDES,
  IN_WEIGHTS,
  LEFT_OPEN,
  ON_LEMMA,
  ON_PAIR,
  ON_SETTLING,
  ON_SIDE,
  ON_TOUCH,
  ON_UPPER,
  ON_WEIGHT,
  TRACE_FIELDS,
} from '../engine/exports.js';
import type { Engine } from '../engine/index.js';
import { activeInputs } from '../problem/active.js';
import { figuresOutside, unitOf } from '../problem/figures.js';
import type { TrainingProblem } from '../problem/types.js';
import type { StageName } from './types.js';

/*
 * A trace: a line of JSON a node of a tree, and one for each change of incumbent or bound (docs/engine.md, "Watching"; docs/formats.md).
 * The engine keeps records between two steps (assembly/base/trace.ts); here they become text.
 */

const TRACE_FORMAT = 'fewbit-trace';

const TREES: ReadonlyMap<number, string> = new Map([
  [IN_WEIGHTS, 'weights'],
  [IN_SIDES, 'sides'],
  [IN_COVERS, 'covers'],
  [IN_CERTIFICATES, 'certificates'],
  [IN_PROOF, 'depth-first'],
]);
const ENDS: ReadonlyMap<number, string> = new Map([
  [CLOSED_BOUND, 'bound'],
  [CLOSED_EMPTY, 'empty box'],
  [CLOSED_POINT, 'point'],
  [CLOSED_UPPER, 'no upper layers'],
  [CLOSED_SETTLED, 'settled'],
]);
/** Beyond it a value says that there is none. */
const NO_VALUE = 2 ** 31 - 2;

export function traceHeader(problem: TrainingProblem, stages: readonly StageName[]): string {
  return line({ format: TRACE_FORMAT, version: 1, layers: problem.layers, stages });
}

/** Writes what the engine has done since the last look. */
export class TraceWriter {
  private readonly active: Int32Array;
  private readonly scale: number;
  private last = '';

  constructor(
    private readonly problem: TrainingProblem,
    private readonly write: (text: string) => void,
  ) {
    this.active = activeInputs(problem);
    this.scale = unitOf(problem, 'mm').scale;
  }

  /**
   * After a step of `stage`.
   *
   * @param openingOf whose opening the step belongs to: MM's trees are then run for a stage behind it, and say nothing of MM itself
   */
  look(engine: Engine, stage: StageName, openingOf?: StageName): void {
    const { records, missed } = engine.drainTrace();
    const text: string[] = [];
    for (let at = 0; at < records.length; at += TRACE_FIELDS)
      text.push(this.node(stage, openingOf, records, at));
    if (missed > 0) text.push(line({ stage, openingOf, missed }));
    const figures = engine.figures();
    const { objective, bound } = figuresOutside(unitOf(this.problem, stage), figures);
    const state = JSON.stringify([stage, openingOf ?? null, objective, bound]);
    if (state !== this.last) {
      text.push(line({ stage, openingOf, objective, bound, nodes: figures.nodes, work: figures.work }));
      this.last = state;
    }
    if (text.length > 0) this.write(text.join(''));
  }

  private node(
    stage: StageName,
    openingOf: StageName | undefined,
    records: Float64Array,
    at: number,
  ): string {
    const [tree, run, node, parent, what, a, b, c, bound, cut, work] = records.subarray(
      at,
      at + TRACE_FIELDS,
    );
    return line({
      stage,
      openingOf,
      tree: TREES.get(tree),
      run,
      node,
      parent,
      ...this.fate(stage, tree, what, a, b, c),
      bound: this.value(stage, tree, bound),
      cut: this.value(stage, tree, cut),
      work: Math.floor(work),
    });
  }

  private fate(
    stage: StageName,
    tree: number,
    what: number,
    a: number,
    b: number,
    c: number,
  ): Record<string, unknown> {
    const closed = ENDS.get(what);
    if (closed !== undefined) return { closed };
    switch (what) {
      case ON_PAIR:
        return { on: { rows: [a, b] } };
      case ON_SIDE:
        return { on: { neuron: a, row: b } };
      case ON_TOUCH:
        return { on: { neuron: a } };
      case ON_WEIGHT:
        return { on: { ...(a < 0 ? {} : { neuron: a }), input: this.active[b], upTo: c } };
      case ON_LEMMA:
        return { on: { neuron: a, lemma: this.value(stage, tree, b) } };
      case ON_SETTLING:
        return { open: 'settling', ...(a < 0 ? {} : { neuron: a }) };
      case ON_UPPER:
        return { open: 'upper layers' };
      case LEFT_OPEN:
        return { open: 'for good' };
      default:
        throw new Error(`trace: no name for ${what}`);
    }
  }

  /** As files have it: decimals of margins, non-zeros as a count; `null` where there is none. */
  private value(stage: StageName, tree: number, value: number): number | null {
    if (Math.abs(value) >= NO_VALUE) return null;
    if (stage === 'mw') return 0 - value;
    return stage === 'mm' || tree === IN_WEIGHTS ? value / this.scale : value;
  }
}

function line(fields: Record<string, unknown>): string {
  return `${JSON.stringify(fields)}\n`;
}

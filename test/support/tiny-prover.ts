import type { Hold } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { type Lemma, type NodeState, type Statement, TinyRules } from './tiny-rules.js';

export type { Statement } from './tiny-rules.js';

/*
 * Writes proofs of tiny problems in the simplest way there is: branch on sides and weights until every box is a point,
 * bound each neuron by single rows, close what can be closed (by `tiny-rules.ts`). It follows docs/proof.md with plain numbers, copies of
 * the whole state and loops over all values, and shares nothing with the verifier but the enumeration that both ask
 * for the layers above the first. Choices that any proof is free to make are made at random.
 */

export interface ProverOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Close what cannot be closed, as a liar would, instead of giving up. */
  readonly force?: boolean;
  readonly maxLines?: number;
}

/** The lines of a block, or `undefined`: the claim is not true (unless forced), or the proof is too long. */
export function tinyProof(statement: Statement, options: ProverOptions): string[] | undefined {
  try {
    return new TinyProver(statement, options).block();
  } catch (error) {
    if (error instanceof GaveUp) return undefined;
    throw error;
  }
}

class GaveUp extends Error {}

class TinyProver extends TinyRules {
  private readonly lines: string[] = [];

  constructor(
    statement: Statement,
    private readonly options: ProverOptions,
  ) {
    super(statement);
  }

  block(): string[] {
    const { stage, keep, hold, claim, problem } = this.statement;
    this.lines.push(`stage ${stage}`, ['keep', ...keep].join(' '));
    if (stage === 'mw') {
      const margins = hold.kind === 'margins' ? hold.margins.flat() : [];
      this.lines.push(['hold', hold.kind, ...margins].join(' '));
    }
    this.lines.push(`claim ${claim}`, 'method tree');
    const isActive = problem.samples.reduce((flags, value, at) => {
      if (value !== 0) flags[at % problem.layers[0]] = true;
      return flags;
    }, new Array<boolean>(problem.layers[0]).fill(false));
    const P = problem.weightBound;
    const state: NodeState = {
      sides: Array.from({ length: this.neurons }, () =>
        problem.layers.length === 2 ? [...this.labels] : this.labels.map(() => 0),
      ),
      boxes: Array.from({ length: this.neurons }, () =>
        isActive.map((active): [number, number] => (active ? [-P, P] : [0, 0])),
      ),
      bounds: Array.from({ length: this.neurons }, (_, j) => this.rootBound(j)),
      upper: this.rootUpper(),
      upperKnown: false,
    };
    this.node(state, undefined);
    this.lines.push('end');
    return this.lines;
  }

  /** Writes an `m`, takes its bound over, and now and then narrows boxes by it. */
  private write(
    state: NodeState,
    j: number,
    rows: ReadonlyMap<number, number>,
    s: number,
    lemma: Lemma | undefined,
  ): boolean {
    const fields = [...rows].map(([k, n]) => `${k}:${n.toString(36)}`);
    this.say(['m', j, ...(this.isMargin ? [] : [s.toString(36)]), ...fields].join(' '));
    const bound = this.boundOf(state, j, rows, s);
    state.bounds[j] = this.isMargin
      ? Math.min(state.bounds[j], this.attainable(state, j, bound))
      : Math.max(state.bounds[j], bound);
    if (this.options.random() < 0.7) return true;
    this.say(`f ${j}`);
    return this.narrow(state, j, rows, s, lemma);
  }

  private narrow(
    state: NodeState,
    j: number,
    rows: ReadonlyMap<number, number>,
    s: number,
    lemma: Lemma | undefined,
  ): boolean {
    const narrowed: [number, number][] = [];
    for (const [i, [lo, up]] of state.boxes[j].entries()) {
      const open: number[] = [];
      for (let v = lo; v <= up; v++) {
        const boxes = state.boxes.map((neuron) => neuron.map(([a, b]): [number, number] => [a, b]));
        boxes[j][i] = [v, v];
        const bounds = [...state.bounds];
        bounds[j] = this.boundOf({ ...state, boxes }, j, rows, s);
        if (!this.isMargin) bounds[j] = Math.max(0, bounds[j]);
        if (!this.closes({ ...state, bounds }, lemma)) open.push(v);
      }
      if (open.length === 0) return false;
      narrowed.push([open[0], open[open.length - 1]]);
    }
    state.boxes[j] = narrowed;
    return true;
  }

  // ---- the tree ----

  private node(state: NodeState, lemma: Lemma | undefined): void {
    for (let j = 0; j < this.neurons; j++) {
      const decided = this.labels.flatMap((_, k) => (state.sides[j][k] === 0 ? [] : [k]));
      if (decided.length === 0 || (lemma && lemma.neuron !== j)) continue;
      const single = decided.map((k) => new Map([[k, 1]]));
      const large = 36 ** 3;
      if (!this.isMargin) {
        const lost = single.find((rows) => {
          const [k] = rows.keys();
          return this.need(j, state.sides[j][k]) > this.most(state, j, rows, 0);
        });
        if (lost) {
          this.say(`i ${j} ${[...lost.keys()][0]}:1`);
          this.say('x');
          return;
        }
      }
      const value = (rows: ReadonlyMap<number, number>) => this.boundOf(state, j, rows, large);
      single.sort((a, b) => (this.isMargin ? value(a) - value(b) : value(b) - value(a)));
      if (this.options.random() < 0.3) {
        const some = new Map(decided.map((k) => [k, 1 + Math.floor(this.options.random() * 40)]));
        if (!this.write(state, j, some, 1 + Math.floor(this.options.random() * 99), lemma)) {
          this.say('x');
          return;
        }
      }
      if (!this.write(state, j, single[0], large, lemma)) {
        this.say('x');
        return;
      }
    }
    if (this.isMargin && state.bounds.some((bound) => bound < 0)) {
      this.say('x');
      return;
    }
    if (this.closes(state, lemma)) {
      this.say('l');
      return;
    }
    if (lemma === undefined && this.statement.problem.layers.length > 2 && !state.upperKnown) {
      if (this.branchOnSides(state)) return;
      if (!this.upperOptimum(state)) {
        this.say('x');
        return;
      }
      if (this.closes(state, lemma)) {
        this.say('l');
        return;
      }
    }
    this.branchOnWeights(state, lemma);
  }

  private branchOnSides(state: NodeState): boolean {
    const { labels, neurons } = this;
    const touched = (j: number) => state.sides[j].some((side) => side !== 0);
    for (let a = 0; a < labels.length; a++) {
      for (let b = 0; b < labels.length; b++) {
        if (labels[a] === labels[b] || state.sides.some((row) => row[a] * row[b] < 0)) continue;
        this.say(`p ${a} ${b}`);
        const seen = new Set<number>();
        for (let j = 0; j < neurons; j++) {
          const kind = this.isMargin ? 0 : this.held(0, j);
          if (!touched(j) && seen.has(kind)) continue;
          if (!touched(j)) seen.add(kind);
          for (const side of [1, -1]) {
            if (state.sides[j][a] === -side || state.sides[j][b] === side) continue;
            this.child(state, undefined, (child) => {
              child.sides[j][a] = side;
              child.sides[j][b] = -side;
            });
          }
        }
        return true;
      }
    }
    for (let j = 0; j < neurons; j++) {
      const open = labels.flatMap((_, k) => (state.sides[j][k] === 0 ? [k] : []));
      if (!touched(j) || open.length === 0) continue;
      const k = open[Math.floor(this.options.random() * open.length)];
      this.say(`s ${j} ${k}`);
      for (const side of [1, -1]) this.child(state, undefined, (child) => (child.sides[j][k] = side));
      return true;
    }
    for (let j = 0; j < neurons; j++) {
      if (touched(j) || labels.length === 0) continue;
      this.say(`t ${j}`);
      this.child(state, undefined, (child) => child.sides[j].fill(1));
      for (let k = 1; k < labels.length; k++) {
        for (const side of [1, -1]) {
          this.child(state, undefined, (child) => {
            child.sides[j].fill(side, 0, k);
            child.sides[j][k] = -side;
          });
        }
      }
      return true;
    }
    return false;
  }

  private upperOptimum(state: NodeState): boolean {
    const { problem, stage, hold } = this.statement;
    this.say('u');
    state.upperKnown = true;
    if (this.rows.length === 0) return true;
    const patterns = this.labels.map((_, k) => state.sides.map((row) => row[k]));
    const above: TrainingProblem = {
      ...problem,
      layers: problem.layers.slice(1),
      samples: Int32Array.from(patterns.flat()),
      sampleCount: patterns.length,
      labels: Int8Array.from(this.labels),
      linf: 0,
      keep: undefined,
      margins: undefined,
    };
    const held: Hold = hold.kind === 'margins' ? { kind: 'margins', margins: hold.margins.slice(1) } : hold;
    const all = patterns.map((_, k) => k);
    const optimum = bruteStage(above, stage, all, held).objective;
    if (optimum !== null) state.upper = optimum;
    return optimum !== null;
  }

  private branchOnWeights(state: NodeState, lemma: Lemma | undefined): void {
    const open = state.boxes.flatMap((neuron, j) =>
      lemma && lemma.neuron !== j ? [] : neuron.flatMap(([lo, up], i) => (lo < up ? [[j, i]] : [])),
    );
    if (open.length === 0) {
      if (!this.options.force) throw new GaveUp();
      this.say(this.options.random() < 0.5 ? 'l' : 'x');
      return;
    }
    const [j, i] = open[Math.floor(this.options.random() * open.length)];
    const value =
      this.neurons > 1 && !lemma && this.options.random() < 0.4 ? this.alone(state, j) : undefined;
    if (value !== undefined && value !== state.bounds[j]) {
      this.say(`b ${j} ${value}`);
      this.child(state, { neuron: j, value }, () => {});
      this.child(state, undefined, (child) => {
        child.bounds[j] = value;
      });
      return;
    }
    const [lo, up] = state.boxes[j][i];
    const v = lo + Math.floor(this.options.random() * (up - lo));
    this.say(`w ${j} ${i} ${v}`);
    this.child(state, lemma, (child) => {
      child.boxes[j][i] = [lo, v];
    });
    this.child(state, lemma, (child) => {
      child.boxes[j][i] = [v + 1, up];
    });
  }

  private child(state: NodeState, lemma: Lemma | undefined, change: (child: NodeState) => void): void {
    const copy: NodeState = {
      sides: state.sides.map((row) => [...row]),
      boxes: state.boxes.map((neuron) => neuron.map(([lo, up]): [number, number] => [lo, up])),
      bounds: [...state.bounds],
      upper: state.upper,
      upperKnown: state.upperKnown,
    };
    change(copy);
    this.node(copy, lemma);
  }

  private say(line: string): void {
    if (this.lines.length >= (this.options.maxLines ?? 3000)) throw new GaveUp();
    this.lines.push(line);
  }
}

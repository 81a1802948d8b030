import type { TrainingProblem } from '../problem/types.js';
import { type Fields, Multipliers } from '../verify/proof/parse.js';
import { Boxes, type WeightTerms } from './boxes.js';
import { type Certificate, largerOf, type Part, type Ref } from './certificate.js';
import { refuse } from './refusal.js';

/*
 * SM of one neuron by its rows (docs/proof.md, "Rows"). A conflict becomes a clause, one of its samples is not counted, by one line: its rows, bounds of
 * the weights, and as much of `z <= 1` as makes all coefficients one number, divided and rounded. A node sums clauses up in the same way.
 */

const MOST_CONFLICTS = 2 ** 16;
const FREE = 0;
const HELD = 1;
const GIVEN = 2;

/** `sum of z over rows <= their number - 1`. */
interface Clause {
  readonly rows: readonly number[];
  readonly ref: Ref;
}

export class RowTree {
  private readonly boxes: Boxes;
  private readonly counted: readonly number[]; // columns z
  private readonly clauses: Clause[] = [];
  private readonly named: Multipliers;
  private readonly packed = new Multipliers(MOST_CONFLICTS, 'conflict');
  private readonly state: Uint8Array;
  private readonly assumed: Ref[];
  /** Rows that are held or given up, and what the halves before came to. */
  private readonly path: { readonly k: number; before?: { readonly assumed: Ref; readonly never: Ref } }[] =
    [];
  private readonly active: readonly number[];
  private result: Ref | undefined;

  constructor(
    private readonly certificate: Certificate,
    private readonly problem: TrainingProblem,
    private readonly beats: Ref,
  ) {
    this.boxes = new Boxes(certificate, 0);
    const { sampleCount } = problem;
    this.counted = Array.from({ length: sampleCount }, (_, k) => certificate.model.column(`z_${k}`));
    this.named = new Multipliers(sampleCount);
    this.state = new Uint8Array(sampleCount);
    this.assumed = new Array<Ref>(sampleCount).fill(-1);
    this.active = [...certificate.model.weightColumns[0][0]].flatMap((w, i) => (w < 0 ? [] : [i]));
  }

  get conclusion(): Ref | undefined {
    return this.result;
  }

  record(letter: string, fields: Fields): void {
    if (this.result !== undefined) refuse('a record after the last node');
    if (letter === 'k') this.name(fields);
    else if (letter === 'r') this.branch(fields);
    else if (letter === 'd') this.close(fields);
    else refuse(`record ${letter.slice(0, 8)}`);
  }

  private name(fields: Fields): void {
    const { named } = this;
    fields.multipliers(named);
    const rows = [...named.rows.subarray(0, named.count)];
    const times = [...named.values.subarray(0, named.count)].map(BigInt);
    this.clauses.push({ rows, ref: this.clauseOf(rows, times) });
  }

  /** What `trivial` knows: of two samples with equal inputs and unlike labels one is not counted; in every group what costs less is lost. */
  trivially(): Ref | undefined {
    const { problem, counted } = this;
    const { sampleCount, samples, layers, labels, costs } = problem;
    const none = this.losing([]);
    if (none !== undefined) return none;
    const left = Array.from({ length: sampleCount }, (_, k) => BigInt(costs?.[k] ?? 1));
    const keys = counted.map((_, k) => samples.subarray(k * layers[0], (k + 1) * layers[0]).join());
    const used: [Clause, bigint][] = [];
    for (let a = 0; a < sampleCount; a++) {
      for (let b = a + 1; b < sampleCount; b++) {
        if (keys[a] !== keys[b] || labels[a] === labels[b]) continue;
        const times = largerOf(left[a], left[b]) === left[a] ? left[b] : left[a];
        if (times === 0n) continue;
        left[a] -= times;
        left[b] -= times;
        used.push([{ rows: [a, b], ref: this.clauseOf([a, b], [1n, 1n]) }, times]);
      }
    }
    return this.losing(used);
  }

  private clauseOf(rows: readonly number[], times: readonly bigint[]): Ref {
    const { certificate, counted } = this;
    const out = rows.find((k) => certificate.model.columns[counted[k]].upper === 0);
    const one = (k: number): Part => [certificate.upper(counted[k]), 1n];
    // A sample that no weights make confident is not counted anyway.
    if (out !== undefined) return certificate.sum(rows.map(one));
    const gains = new Array<bigint>(this.active.length).fill(0n);
    const parts: Part[] = [];
    const slacks: bigint[] = [];
    let sum = 0n;
    for (const [n, k] of rows.entries()) {
      const row = certificate.row(`confident_${k}`);
      if (row === undefined) return refuse(`conflict with row ${k}, which the model does not have`);
      parts.push([row, times[n]]);
      const { columns, values } = certificate.at(row);
      slacks.push(-times[n] * values[columns.indexOf(counted[k])]);
      sum += times[n];
      for (const [a, i] of this.active.entries()) {
        const { layers, labels, samples } = this.problem;
        gains[a] += times[n] * BigInt(labels[k] * samples[k * layers[0] + i]);
      }
    }
    for (const [a, gain] of gains.entries()) parts.push(...this.boxes.closing(a, this.termsOf(a, gain, sum)));
    const largest = slacks.reduce(largerOf, 0n);
    if (largest <= 0n) refuse('a conflict of rows that ask for nothing');
    for (const [n, k] of rows.entries()) parts.push([certificate.upper(counted[k]), largest - slacks[n]]);
    const ref = certificate.sum(parts, largest);
    if (certificate.at(ref).rhs < BigInt(1 - rows.length)) refuse('a conflict that is none');
    return ref;
  }

  private termsOf(a: number, gain: bigint, sum: bigint): WeightTerms {
    const { linf, radii } = this.problem;
    return { gain, toll: sum * BigInt(radii?.[this.active[a]] ?? linf), paid: 0n };
  }

  private branch(fields: Fields): void {
    fields.natural();
    const k = fields.natural();
    fields.end();
    if (this.state[k] !== FREE) refuse(`record r of row ${k}, of which it is said already`);
    this.state[k] = HELD;
    this.assumed[k] = this.certificate.assume(this.counted[k], '>=', 1);
    this.path.push({ k });
  }

  private close(fields: Fields): void {
    const { packed } = this;
    fields.multipliers(packed);
    const used = Array.from({ length: packed.count }, (_, n) => {
      const clause = this.clauses[packed.rows[n]] ?? refuse(`conflict ${packed.rows[n]}, which has no name`);
      return [clause, BigInt(packed.values[n])] as const;
    });
    this.next(
      this.isVoid(used) ??
        this.spent() ??
        this.losing(used) ??
        refuse('record d of a node that nothing here closes'),
    );
  }

  /** A clause whose rows are all held. */
  private isVoid(used: readonly (readonly [Clause, bigint])[]): Ref | undefined {
    for (const [{ rows, ref }] of used) {
      if (rows.every((k) => this.state[k] === HELD))
        return this.certificate.sum([[ref, 1n], ...rows.map((k): Part => [this.assumed[k], 1n])]);
    }
    return undefined;
  }

  /** More samples of a label are given up than the problem allows. */
  private spent(): Ref | undefined {
    const { certificate, problem, state } = this;
    for (const [name, label] of [
      ['wrong_plus', 1],
      ['wrong_minus', -1],
    ] as const) {
      const row = certificate.row(name);
      if (row === undefined) continue;
      const { columns, rhs } = certificate.at(row);
      const own = [...problem.labels].flatMap((is, k) => (is === label ? [k] : []));
      const left = own.filter((k) => state[k] !== GIVEN).length;
      if (BigInt(left) >= rhs || columns.length !== own.length) continue;
      const most = own.map(
        (k): Part => [state[k] === GIVEN ? this.assumed[k] : certificate.upper(this.counted[k]), 1n],
      );
      return certificate.sum([[row, 1n], ...most]);
    }
    return undefined;
  }

  /**
   * What is lost beside the rows given up: with every row's share of the clauses no more than what it costs, in the scale in which the
   * largest is.
   *
   * @param used clauses and what they are multiplied with
   */
  losing(used: readonly (readonly [Clause, bigint])[]): Ref | undefined {
    const { certificate, state, counted, beats } = this;
    const loads = new Array<bigint>(state.length).fill(0n);
    for (const [{ rows }, times] of used) for (const k of rows) loads[k] += times;
    const costs = loads.map((_, k) => BigInt(this.problem.costs?.[k] ?? 1));
    // The most that the clauses can be multiplied with is scale[0] / scale[1].
    let scale: readonly [bigint, bigint] | undefined;
    for (const [k, load] of loads.entries()) {
      if (load === 0n || state[k] === HELD) continue;
      if (scale === undefined || costs[k] * scale[1] < scale[0] * load) scale = [costs[k], load];
    }
    const parts: Part[] = [[beats, 1n]];
    if (scale !== undefined && scale[0] > 0n) {
      const [by, whole] = scale;
      const sum: Part[] = used.map(([{ ref }, times]) => [ref, times * by]);
      // What is held takes its share out; what is free, or given up, is filled up to what it costs.
      for (const [k, load] of loads.entries()) {
        if (state[k] === HELD) sum.push([this.assumed[k], load * by]);
        else if (state[k] === GIVEN) sum.push([this.assumed[k], costs[k] * whole]);
        else sum.push([certificate.upper(counted[k]), costs[k] * whole - load * by]);
      }
      const lost = certificate.sum(sum, whole);
      const held = loads.map(
        (_, k): Part => [certificate.upper(counted[k]), state[k] === HELD ? costs[k] : 0n],
      );
      return this.ending([...parts, [lost, 1n], ...held]);
    }
    const all = loads.map(
      (_, k): Part => [state[k] === GIVEN ? this.assumed[k] : certificate.upper(counted[k]), costs[k]],
    );
    return this.ending([...parts, ...all]);
  }

  private ending(parts: readonly Part[]): Ref | undefined {
    const ref = this.certificate.sum(parts);
    return this.certificate.isFalse(ref) ? ref : undefined;
  }

  private next(found: Ref): void {
    const { path, state, assumed, certificate, counted } = this;
    let never = found;
    for (;;) {
      const top = path.at(-1);
      if (top === undefined) {
        this.result = never;
        return;
      }
      const { k, before } = top;
      if (before === undefined) {
        top.before = { assumed: assumed[k], never };
        state[k] = GIVEN;
        assumed[k] = certificate.assume(counted[k], '<=', 0);
        return;
      }
      never = certificate.join(before.never, before.assumed, never, assumed[k]);
      state[k] = FREE;
      path.pop();
    }
  }
}

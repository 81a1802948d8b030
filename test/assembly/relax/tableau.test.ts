import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../verify/proof/support.js';
import { type Opened, openChecked, wholeNumbers } from '../support.js';

/*
 * Tableau and dual simplex against a model that lists vertices: minimise c.x over a box under rows a.x >= b. Rows come one by
 * one, boxes move, snapshots are put back; after each the optimum, the multipliers and the basic solution are looked at.
 */

interface Door {
  arenaReset(): void;
  reserve(bytes: number): number;
  reserveTableau(columns: number, rows: number): void;
  reserveDualSimplex(columns: number): void;
  begin(columns: number): void;
  setColumn(j: number, low: number, high: number, cost: number): void;
  setBox(j: number, low: number, high: number): void;
  addRow(row: number, right: number): number;
  solve(limit: number): number;
  valueOf(variable: number): number;
  reducedCost(variable: number): number;
  multiplier(row: number): number;
  snapshotBytes(rows: number): number;
  saveTableau(to: number): void;
  restoreTableau(from: number): void;
  tableauRows(): number;
}

interface Model {
  readonly cost: readonly number[];
  low: number[];
  high: number[];
  readonly rows: { readonly a: readonly number[]; readonly b: number }[];
}

const OPTIMAL = 0;
const INFEASIBLE = 1;
const dot = (a: readonly number[], x: readonly number[]) => a.reduce((sum, v, i) => sum + v * x[i], 0);

/** Solves a square system, or undefined where it is singular; whole numbers of one digit, so 1e-9 tells. */
function solved(lines: readonly (readonly number[])[]): number[] | undefined {
  const m = lines.map((line) => [...line]);
  const n = m.length;
  for (let c = 0; c < n; c++) {
    let p = c;
    for (let r = c + 1; r < n; r++) if (Math.abs(m[r][c]) > Math.abs(m[p][c])) p = r;
    if (Math.abs(m[p][c]) < 1e-9) return undefined;
    [m[c], m[p]] = [m[p], m[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const f = m[r][c] / m[c][c];
      for (let k = c; k <= n; k++) m[r][k] -= f * m[c][k];
    }
  }
  return m.map((line, r) => line[n] / line[r]);
}

/** The least cost over all vertices that are feasible; undefined where none is. */
function leastCost({ cost, low, high, rows }: Model): number | undefined {
  const n = cost.length;
  const unit = (j: number) => cost.map((_, i) => (i === j ? 1 : 0));
  const planes = [
    ...cost.flatMap((_, j) => [
      [...unit(j), low[j]],
      [...unit(j), high[j]],
    ]),
    ...rows.map(({ a, b }) => [...a, b]),
  ];
  let least: number | undefined;
  const choose = (from: number, chosen: number[][]): void => {
    if (chosen.length === n) {
      const x = solved(chosen);
      if (x === undefined) return;
      if (x.some((v, j) => v < low[j] - 1e-7 || v > high[j] + 1e-7)) return;
      if (rows.some(({ a, b }) => dot(a, x) < b - 1e-7)) return;
      least = Math.min(least ?? Number.POSITIVE_INFINITY, dot(cost, x));
      return;
    }
    for (let p = from; p < planes.length; p++) choose(p + 1, [...chosen, planes[p]]);
  };
  choose(0, []);
  return least;
}

describe('tableau and dual simplex', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  let buffer = 0;
  let snapshot = 0;
  function start(model: Model, mostRows: number): void {
    const { door } = open;
    const n = model.cost.length;
    door.arenaReset();
    door.reserveTableau(n, mostRows);
    door.reserveDualSimplex(n);
    buffer = door.reserve(8 * ((n + 3) & ~3));
    snapshot = door.reserve(door.snapshotBytes(mostRows));
    door.begin(n);
    for (let j = 0; j < n; j++) door.setColumn(j, model.low[j], model.high[j], model.cost[j]);
  }
  function add(model: Model, a: readonly number[], b: number): void {
    new Float64Array(open.memory.buffer, buffer, a.length).set(a);
    expect(open.door.addRow(buffer, b)).toBe(model.rows.length);
    model.rows.push({ a, b });
  }
  /** Solves and holds the answer against the model; whether there was one. */
  function judge(model: Model): boolean {
    const { door } = open;
    const state = door.solve(500);
    const least = leastCost(model);
    expect(state).toBe(least === undefined ? INFEASIBLE : OPTIMAL);
    if (least === undefined) return false;
    const { cost, low, high, rows } = model;
    const x = cost.map((_, j) => door.valueOf(j));
    expect(dot(cost, x)).toBeCloseTo(least, 6);
    x.forEach((v, j) => {
      expect(v).toBeGreaterThanOrEqual(low[j] - 1e-6);
      expect(v).toBeLessThanOrEqual(high[j] + 1e-6);
    });
    const y = rows.map((_, r) => door.multiplier(r));
    rows.forEach(({ a, b }, r) => {
      expect(door.valueOf(cost.length + r)).toBeCloseTo(dot(a, x) - b, 6);
      expect(dot(a, x)).toBeGreaterThanOrEqual(b - 1e-6);
      expect(y[r]).toBeGreaterThanOrEqual(-1e-9);
    });
    // The multipliers prove the optimum: what they leave of the cost is paid at the ends of the boxes.
    let proved = rows.reduce((sum, { b }, r) => sum + y[r] * b, 0);
    cost.forEach((c, j) => {
      const d = c - rows.reduce((sum, { a }, r) => sum + y[r] * a[j], 0);
      expect(door.reducedCost(j)).toBeCloseTo(d, 6);
      proved += d * (d > 0 ? low[j] : high[j]);
    });
    expect(proved).toBeCloseTo(least, 6);
    return true;
  }

  function random(seed: number) {
    const whole = wholeNumbers(randomOf(seed));
    const n = whole(1, 4);
    const low = Array.from({ length: n }, () => whole(-4, 2));
    const model: Model = {
      cost: low.map(() => whole(-5, 5)),
      low,
      high: low.map((v) => v + whole(0, 4)),
      rows: [],
    };
    const row = (): [number[], number] => [low.map(() => whole(-4, 4)), whole(-8, 4)];
    return { whole, model, row };
  }

  it('finds the optimum as rows are added, or that there is none', () => {
    let optimal = 0;
    let infeasible = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const { model, row } = random(seed);
      start(model, 5);
      for (let r = 0; r < 5; r++) {
        add(model, ...row());
        if (judge(model)) optimal++;
        else {
          infeasible++;
          break;
        }
      }
    }
    expect(optimal).toBeGreaterThan(100);
    expect(infeasible).toBeGreaterThan(20);
  });

  it('goes on from where it stands when boxes move', () => {
    let looks = 0;
    for (let seed = 201; seed <= 360; seed++) {
      const { whole, model, row } = random(seed);
      start(model, 3);
      for (let r = 0; r < 3; r++) add(model, ...row());
      if (!judge(model)) continue;
      for (let turn = 0; turn < 6; turn++) {
        const j = whole(0, model.cost.length - 1);
        model.low[j] = whole(-4, 2);
        model.high[j] = model.low[j] + whole(0, 4);
        open.door.setBox(j, model.low[j], model.high[j]);
        if (!judge(model)) break;
        looks++;
      }
    }
    expect(looks).toBeGreaterThan(100);
  });

  it('is as it was when a snapshot is put back, rows that came later forgotten', () => {
    const { door } = open;
    let looks = 0;
    for (let seed = 501; seed <= 550; seed++) {
      const { model, row } = random(seed);
      start(model, 4);
      for (let r = 0; r < 2; r++) add(model, ...row());
      if (!judge(model)) continue;
      const kept: Model = { ...model, low: [...model.low], high: [...model.high], rows: [...model.rows] };
      const values = () => [...model.cost, 0, 0].map((_, v) => door.valueOf(v));
      const before = values();
      door.saveTableau(snapshot);
      door.setBox(0, model.low[0], model.low[0]);
      model.high[0] = model.low[0];
      add(model, ...row());
      judge(model);
      door.restoreTableau(snapshot);
      expect(door.tableauRows()).toBe(2);
      expect(values()).toEqual(before);
      expect(judge(kept)).toBe(true);
      looks++;
    }
    expect(looks).toBeGreaterThan(20);
  });

  it('says when it is full, and a checked build stops at a column that is none', () => {
    const { door } = open;
    const { model, row } = random(7);
    start(model, 1);
    add(model, ...row());
    expect(door.addRow(buffer, 0)).toBe(-1);
    // An empty box is no fault here: strong branching tries some (`narrow` asserts where one is meant to last).
    expect(() => door.setBox(model.cost.length, 0, 1)).toThrow();
  });
});

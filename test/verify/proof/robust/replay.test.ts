import { describe, expect, it } from 'vitest';
import type { Hold, StageName } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { Fields } from '../../../../src/verify/proof/parse.js';
import { RobustReplay } from '../../../../src/verify/proof/robust/replay.js';
import { robustSetting } from '../../../../src/verify/proof/robust/setting.js';
import { linesOf, verdict } from '../support.js';

/** A replay whose node can be looked at. */
class Probe extends RobustReplay {
  private readonly fields = new Fields();

  run(text: string): this {
    for (const line of linesOf(text)) {
      this.fields.load(line);
      this.record(this.fields.word(), this.fields);
    }
    return this;
  }

  get here() {
    return this.state;
  }

  limitOf(j: number): number {
    return this.limit(j);
  }

  /** How many nodes are left, each of which `l` closes at this claim. */
  leaves(): number {
    let count = 0;
    for (; !this.done; count++) this.run('l');
    return count;
  }
}

const CORRECT: Hold = { kind: 'correct' };
const ROWS = [[4], [-4], [6], [-6]];

function hidden(labels: readonly number[], rest: Partial<TrainingProblem> = {}): TrainingProblem {
  return problemOf(ROWS, labels, { layers: [1, 2, 1], objective: { kind: 'robust' }, ...rest });
}

function probe(problem: TrainingProblem, goal: StageName, claim: number, hold = CORRECT): Probe {
  const keep = Array.from({ length: problem.sampleCount }, (_, k) => k);
  return new Probe(robustSetting(problem, goal, keep, hold), claim);
}

/** At these claims every node is closed. */
const EASY = { sm: 4, mm: 40, mw: 2 } as const;

/** Every row's sides, a text a row and a character a neuron: known on a side, or not known (`?`). */
function literals(...rows: string[]): string {
  const skipped: Record<string, string> = { '+': '', '-': 'l', '?': 'l\nl' };
  return rows
    .flatMap((row, k) => [...row].map((side, j) => [`r ${j} ${k}`, skipped[side]].join('\n').trim()))
    .join('\n');
}

const XOR = [1, -1, -1, 1];
const OR = [1, 1, 1, -1];
const ALL = ['++', '+-', '-+', '--'];
/** Exclusive or, of which the first three rows have answers still. */
const LATE = [1, -1, 1, -1];
const LAST = ['++', '-+', '--', '+-'];

describe('what the layers above make of literals', () => {
  const isImpossible = (labels: readonly number[], rows: readonly string[], rest = '') =>
    probe(hidden(labels), 'mm', EASY.mm).run(`${literals(...rows)}${rest}\nu`).here.impossible;

  it('is impossible where no neurons give all rows their labels', () => {
    expect(isImpossible(XOR, ALL)).toBe(true);
    expect(isImpossible(OR, ALL)).toBe(false);
    expect(isImpossible([-1, 1, 1, 1], ALL)).toBe(false);
    expect(isImpossible([1, 1, -1, -1], ALL)).toBe(false);
  });

  it('is impossible where two rows of unlike labels have a completion in common', () => {
    expect(isImpossible(OR, ['++', '+?', '-+', '?-'])).toBe(true);
    expect(isImpossible(OR, ['++', '+-', '-+', '-+'])).toBe(true);
    expect(isImpossible([1, 1, -1, -1], ['++', '+?', '-+', '-?'])).toBe(false);
    expect(isImpossible([1, 1, -1, -1], ['++', '++', '-+', '-+'])).toBe(false);
  });

  it('looks at every completion of what a row does not know', () => {
    // One of the two completions of the second row is what makes it XOR.
    expect(isImpossible(XOR, ['++', '?-', '-+', '--'])).toBe(true);
    expect(isImpossible([1, -1, -1, -1], ['++', '-?', '-+', '--'])).toBe(false);
    expect(isImpossible([1, -1, -1, -1], ['++', '--', '-?', '--'])).toBe(false);
    expect(isImpossible([1, -1, 1, 1], ['++', '--', '?+', '++'])).toBe(false);
  });

  it('asks nothing of rows of which something is left unsaid', () => {
    expect(isImpossible(LATE, LAST)).toBe(true);
    expect(isImpossible(LATE, LAST.slice(0, 3))).toBe(false);
    expect(isImpossible(LATE, [...LAST.slice(0, 3), '+'])).toBe(false);
    expect(isImpossible([1, -1, 1, 1], ['+'])).toBe(false);
  });

  it('asks nothing of rows that are left out', () => {
    const sm = (text: string) => probe(hidden(LATE), 'sm', EASY.sm).run(text);
    const known = literals(...LAST.slice(0, 3));
    expect(sm(`${known}\nr 0 3\nr 1 3\nl\nu`).here.impossible).toBe(true);
    const out = sm(`${known}\nr 0 3\nr 1 3\nl\nl\nl\nu`);
    expect(out.here.impossible).toBe(false);
    expect(out.here.isOut(3)).toBe(true);
    // All is said of the last row, and it goes with no answer to the first; in the second child of the pair it is left out.
    const pair = `${literals(...LAST.slice(0, 3), '+?')}\np 0 3\nl`;
    expect(sm(pair).here.isOut(3)).toBe(true);
    expect(sm(`${pair}\nu`).here.impossible).toBe(false);
    expect(() => out.run('r 1 3')).toThrow('r of a row whose sample is left out');
  });

  it('counts weights in MW, never fewer than were known, and nothing is held above', () => {
    const margins: Hold = { kind: 'margins', margins: [[0, 0], [500]] };
    for (const hold of [CORRECT, margins]) {
      const upper = (labels: readonly number[], rows: readonly string[]) =>
        probe(hidden(labels), 'mw', EASY.mw, hold).run(`${literals(...rows)}\nu`).here.upper;
      expect(upper(OR, ALL)).toBe(2);
      expect(upper([1, 1, -1, -1], ALL)).toBe(1);
      expect(upper(OR, ['+', '+'])).toBe(1); // nothing is asked, which no weights do
    }
    expect(probe(hidden(OR), 'mm', EASY.mm).run(`${literals(...ALL)}\nu`).here.upper).toBe(0);
  });

  it('is refused where a row has too many completions, and with one layer', () => {
    const wide = hidden(OR, { layers: [1, 13, 1] });
    const text = literals('?'.repeat(13));
    expect(() => probe(wide, 'mm', EASY.mm).run(`${text}\nu`)).toThrow(
      'row 0 has too many completions to enumerate',
    );
    const alone = hidden(OR, { layers: [1, 1] });
    expect(() => probe(alone, 'sm', EASY.sm).run('u')).toThrow('u with one layer');
  });
});

describe('what leaves a node open', () => {
  it('is a margin of 0 or more in SM, more than the claim in MM, and in MW fewer weights than the others leave', () => {
    expect(probe(hidden(OR), 'sm', 3).limitOf(0)).toBe(-1);
    expect(probe(hidden(OR), 'mm', 17).limitOf(0)).toBe(17);
    const mw = probe(hidden(OR), 'mw', 7);
    mw.here.setBound(1, 2);
    expect(mw.limitOf(0)).toBe(7 - 1 - 2);
    expect(mw.limitOf(1)).toBe(7 - 1);
  });

  it('narrows boxes in SM to weights that some row does not contradict, those with nothing to spare among them', () => {
    // Only weight 0 or less knows row 1 (4 times it) on the - side: 0 does not, with its epsilon.
    const sm = probe(hidden([1, -1, 1, -1], { linf: 1, weightBound: 2 }), 'sm', 1);
    sm.run('p 0 1\nm 0 1:1\nf 0');
    expect([...sm.here.low]).toEqual([1, -2]);
    // A row of -1 with a radius of 1 has 0 to spare at any weight above 0 on the side that has no epsilon.
    const edge = problemOf([[1], [-1]], [1, -1], {
      ...{ layers: [1, 1, 1], objective: { kind: 'robust' as const }, linf: 1, weightBound: 2 },
    });
    const kept = probe(edge, 'sm', 0).run('p 0 1\nm 0 0:1\nf 0');
    expect([kept.here.low[0], kept.here.high[0], kept.here.impossible]).toEqual([0, 2, false]);
  });
});

describe('children', () => {
  it('of a row: known on the + side, on the - side, not known, and in SM left out', () => {
    const mm = probe(hidden(OR), 'mm', EASY.mm).run('r 1 2');
    expect(mm.here.side(1, 2)).toBe(1);
    expect(mm.run('l').here.side(1, 2)).toBe(-1);
    expect(mm.run('l').here.isOpen(1, 2)).toBe(true);
    expect(mm.leaves()).toBe(1);
    const sm = probe(hidden(OR), 'sm', EASY.sm).run('r 1 2\nl\nl\nl');
    expect([sm.here.isOpen(1, 2), sm.here.isOut(2), sm.here.isOut(1)]).toEqual([false, true, false]);
    expect(sm.leaves()).toBe(1);
  });

  it('of a pair: every touched neuron and the first untouched one, and in SM either sample left out', () => {
    const count = (goal: 'sm' | 'mm' | 'mw', text: string, hold: Hold = CORRECT) =>
      probe(hidden([1, -1, 1, -1]), goal, EASY[goal], hold)
        .run(text)
        .leaves();
    expect([count('mm', 'p 0 1'), count('sm', 'p 0 1')]).toEqual([2, 4]);
    // Both neurons have been spoken of, and both are still asked.
    expect(count('mm', 'r 0 0\nr 1 0\np 2 3')).toBe(4 + 2 + 2);
    expect(count('mm', 'r 0 0\np 2 3')).toBe(4 + 2);
    // Not known is not known: no child of that neuron.
    expect(count('mm', 'r 0 2\nl\nl\np 2 3')).toBe(2);
    const held = (a: number, b: number): Hold => ({ kind: 'margins', margins: [[a, b], [0]] });
    expect(count('mw', 'p 0 1', held(0, 0))).toBe(2);
    expect(count('mw', 'p 0 1', held(0, 10))).toBe(4);
  });

  it('of a row of one layer: all rows of its sample known on the side of the label, or the sample left out', () => {
    const groups = Int32Array.of(0, 1, 0, 1);
    const problem = problemOf(ROWS, [1, -1, 1, -1], { objective: { kind: 'robust', groups } });
    const sm = probe(problem, 'sm', EASY.sm).run('r 0 3');
    const sides = () => [0, 1, 2, 3].map((k) => sm.here.side(0, k));
    expect(sides()).toEqual([0, -1, 0, -1]);
    sm.run('l');
    expect([...sides(), sm.here.isOut(1), sm.here.isOut(0)]).toEqual([0, 0, 0, 0, true, false]);
    expect(sm.leaves()).toBe(1);
  });
});

describe('a whole tree over literals', () => {
  it('is needed to its last line', () => {
    const problem = problemOf(
      [
        [4, 8],
        [-4, 8],
      ],
      [1, -1],
      { layers: [2, 1, 1], linf: 1, objective: { kind: 'robust' } },
    );
    const both = 'm 0 0:1 1:1\nl';
    const none = 'u\nx';
    const proof = `stage mm\nkeep 0 1\nclaim 29\nmethod tree
      r 0 0\nr 0 1\n${none}\n${both}\n${none}
      r 0 1\n${both}\n${none}\n${none}
      r 0 1\n${none}\n${none}\n${none}\nend`;
    expect(verdict(problem, 'mm', proof)).toMatchObject({ holds: true });
    const lines = linesOf(proof);
    for (let at = 4; at < lines.length; at++)
      expect(verdict(problem, 'mm', lines.toSpliced(at, 1).join('\n')), `${at}`).toMatchObject({
        holds: false,
      });
    // Where the two are told apart something is possible.
    expect(verdict(problem, 'mm', proof.replace(both, none))).toMatchObject({
      line: 11,
      reason: 'nothing says that the node is impossible',
    });
  });
});

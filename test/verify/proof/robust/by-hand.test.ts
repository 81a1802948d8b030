import { describe, expect, it } from 'vitest';
import { withTargets } from '../../../../src/problem/objective.js';
import type { SolutionRecord } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { bruteStage } from '../../../../src/verify/brute/index.js';
import { bareSolution, linesOf, verdict, verdictOn } from '../support.js';

function robust(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  { groups, ...others }: Partial<TrainingProblem> & { groups?: Int32Array } = {},
): TrainingProblem {
  return problemOf(rows, labels, { objective: { kind: 'robust', groups }, ...others });
}

/** Every line from the one after `from` on is needed. */
function expectNoneToSpare(
  problem: TrainingProblem,
  stage: 'sm' | 'mm' | 'mw',
  text: string,
  from: string,
): void {
  const proof = linesOf(text);
  expect(verdictOn(problem, bareSolution(stage), proof)).toMatchObject({ holds: true });
  for (let at = proof.indexOf(from) + 1; at < proof.length; at++) {
    const shorter = proof.toSpliced(at, 1);
    expect(verdictOn(problem, bareSolution(stage), shorter), `without ${at}: ${proof[at]}`).not.toMatchObject(
      {
        holds: true,
      },
    );
  }
}

describe('a matching', () => {
  // The boxes of 4 and 6 meet at 5; those of 9 and 8, and of 9 and 7, meet too.
  const problem = robust([[4], [9], [6], [8], [7]], [1, 1, -1, -1, -1], {
    linf: 1,
    groups: Int32Array.from([0, 0, 1, 2, 2]),
  });
  const proof = 'stage sm\nclaim 2\nmethod matching\nc 0 2\nend';

  it('shows that one sample is lost for every pair of boxes that meet', () => {
    expect(bruteStage(problem, 'sm').objective).toBe(2);
    expect(verdict(problem, 'sm', proof)).toEqual({ stage: 'sm', claim: 2, holds: true });
    expect(verdict(problem, 'sm', proof.replace('c 0 2', 'c 1 3'))).toMatchObject({ holds: true });
  });

  it.each([
    ['c 1 2', { ...problem, linf: 1 }, 'the boxes of rows 1 and 2 do not meet'],
    ['c 0 2', { ...problem, linf: 0 }, 'the boxes of rows 0 and 2 do not meet'],
    ['c 0 1', problem, 'sample 0 is in two pairs'],
    ['c 2 3', problem, 'c of two rows with equal labels'],
    ['c 0 9', problem, 'there is no row 9'],
    ['c 0', problem, 'the line ends too early'],
    ['l', problem, "'l' is no record of a matching"],
  ])('does not take %s for one', (record, given, reason) => {
    expect(verdict(given, 'sm', proof.replace('c 0 2', record))).toMatchObject({
      holds: false,
      line: 5,
      reason,
    });
  });

  it('uses no sample twice, and has to be large enough', () => {
    const twice = proof.replace('claim 2', 'claim 1').replace('c 0 2', 'c 0 2\nc 1 3');
    expect(verdict(problem, 'sm', twice)).toMatchObject({ holds: false, reason: 'sample 0 is in two pairs' });
    expect(verdict(problem, 'sm', proof.replace('c 0 2\n', ''))).toMatchObject({
      holds: false,
      reason: 'the block ends with open nodes',
    });
    expect(
      verdict(problem, 'mm', 'stage mm\nkeep 0 1 2\nclaim 2\nmethod matching\nc 0 2\nend'),
    ).toMatchObject({
      holds: false,
      reason: "'matching' is no method of stage mm",
    });
  });
});

describe('a robust tree of MM', () => {
  // One hidden neuron. w = (1, 0) and w = (-1, 0) both leave 4 - 1 on either row, less epsilon on the - side.
  const rows = [
    [4, 8],
    [-4, 8],
  ];
  const problem = robust(rows, [1, -1], { layers: [2, 1, 1], linf: 1 });
  const proof = `stage mm
    keep 0 1
    claim 29
    method tree
    p 0 1
    m 0 0:1 1:1
    l
    m 0 0:1 1:1
    l
    end`;

  it('is bounded by what tells two rows apart, either way round', () => {
    expect(bruteStage(problem, 'mm', [0, 1]).objective).toBe(29);
    expect(verdict(problem, 'mm', proof)).toEqual({ stage: 'mm', claim: 29, holds: true });
    expectNoneToSpare(problem, 'mm', proof, 'method tree');
    expect(verdict(problem, 'mm', proof.replace('claim 29', 'claim 28'))).toEqual({
      stage: 'mm',
      claim: 28,
      holds: false,
      line: 8,
      reason: "the node's bound is 29, which does not close it at 28",
    });
  });

  it.each([
    ['p 0 0', 'p of two rows with equal labels'],
    ['p 0 2', 'row 2 is not one of the 2 kept samples'],
    ['s 0 0', "'s' is no record"],
    ['t 0', "'t' is no record"],
    ['m 0 1:1', 'neuron 0 has no side of row 1'],
    ['x', 'nothing says that the node is impossible'],
    ['w 0 0 0', 'w of a neuron that no row knows on the - side'],
    ['r 1 0', '1 is no neuron of the first layer'],
  ])('does not begin with %s', (record, reason) => {
    expect(verdict(problem, 'mm', proof.replace(/p 0 1(?=\n *m)/, record))).toMatchObject({
      holds: false,
      line: 6,
      reason,
    });
  });

  it('does not bound a neuron that may be without weights, which everybody knows', () => {
    const known = `stage mm
      keep 0 1
      claim 29
      method tree
      r 0 1
      m 0 1:1`;
    expect(verdict(problem, 'mm', known)).toMatchObject({
      holds: false,
      line: 7,
      reason: 'multipliers of a neuron that no row knows on the - side',
    });
  });

  it('does not tell rows apart twice, and not by what they do not know', () => {
    const twice = proof.replace('m 0 0:1 1:1', 'p 0 1');
    expect(verdict(problem, 'mm', twice)).toMatchObject({
      holds: false,
      reason: 'p of two rows that some neuron tells apart',
    });
    // Of row 0 known +, known -, not known: in the last no child is left for the pair.
    const open = `stage mm
      keep 0 1
      claim 29
      method tree
      r 0 0
      p 0 1
      m 0 0:1 1:1
      l
      p 0 1
      m 0 0:1 1:1
      l
      p 0 1
      end`;
    expectNoneToSpare(problem, 'mm', open, 'method tree');
    expect(verdict(problem, 'mm', open.replace('r 0 0', 'r 0 0\nr 0 0'))).toMatchObject({
      holds: false,
      reason: 'r of an activation that is decided',
    });
  });

  it('knows both kinds of what needs no search', () => {
    const trivial = 'stage mm\nkeep 0 1\nclaim 100\nmethod trivial\nend';
    expect(verdict(problem, 'mm', trivial)).toMatchObject({ holds: true }); // 4 + 8, less the radius twice
    expect(verdict(problem, 'mm', trivial.replace('100', '99'))).toMatchObject({ holds: false });
    const alike = { ...problem, labels: Int8Array.from([1, 1]) };
    expect(verdict(alike, 'mm', trivial.replace('100', '0'))).toMatchObject({ holds: true });
    expect(verdict(alike, 'mm', trivial.replace('100', '-1'))).toMatchObject({ holds: false });
  });
});

describe('a robust tree of SM', () => {
  const close = robust([[5], [4]], [1, -1], { layers: [1, 1, 1], linf: 1 });
  const proof = `stage sm
    claim 1
    method tree
    p 0 1
    m 0 0:1 1:1
    x
    m 0 0:1 1:1
    x
    l
    l
    end`;

  it('lets samples be left out', () => {
    expect(verdict(close, 'sm', proof)).toEqual({ stage: 'sm', claim: 1, holds: true });
    expectNoneToSpare(close, 'sm', proof, 'method tree');
    // Without the radius the two can be told apart.
    expect(verdict({ ...close, linf: 0 }, 'sm', proof)).toMatchObject({ holds: false, line: 7 });
    const out = proof.replace('    l\n    l', '    p 0 1\n    l');
    expect(verdict(close, 'sm', out)).toMatchObject({
      holds: false,
      reason: 'p of a row whose sample is left out',
    });
  });

  it('of one layer goes sample by sample', () => {
    const single = { ...close, layers: [1, 1] };
    const bySample = `stage sm
      claim 1
      method tree
      r 0 1
      r 0 0
      m 0 0:1 1:1
      x
      l
      l
      end`;
    expectNoneToSpare(single, 'sm', bySample, 'method tree');
    expect(verdict(single, 'sm', proof)).toMatchObject({ holds: false, reason: 'p with one layer' });
    // Both rows of a sample at once: the second one is decided with the first.
    const family = robust([[5], [4], [6]], [1, -1, 1], { linf: 1, groups: Int32Array.from([0, 1, 0]) });
    const twice = bySample.replace('r 0 0', 'r 0 0\nr 0 2');
    expect(verdict(family, 'sm', bySample)).toMatchObject({ holds: true });
    expect(verdict(family, 'sm', twice)).toMatchObject({
      holds: false,
      reason: 'r of an activation that is decided',
    });
  });
});

describe('a robust tree of MW', () => {
  // Held: 5.0. No single weight leaves 5 on both rows, 6 on the - side (epsilon); (1, -1) does, and (-1, 1).
  const problem = robust(
    [
      [7, 1],
      [-1, 7],
    ],
    [1, -1],
    { layers: [2, 1, 1], margins: [[5], [0]] },
  );
  const solution: SolutionRecord = bareSolution('mw');

  it('counts the weights that tell two rows apart at the held threshold, and one in every layer above', () => {
    expect(bruteStage(problem, 'mw', [0, 1], { kind: 'margins', margins: [[50]] }).objective).toBe(3);
    // (2 * 5 + 3 * 6) / 20, and neither weight is worth its price of 20: d = (17, -19). The other way round 27 / 20.
    const proof = `stage mw
      keep 0 1
      hold margins 50 0
      claim 3
      method tree
      p 0 1
      m 0 k 0:2 1:3
      l
      m 0 k 0:2 1:3
      l
      end`;
    expectNoneToSpare(problem, 'mw', proof, 'method tree');
    expect(verdictOn(problem, solution, linesOf(proof.replace('claim 3', 'claim 4')))).toMatchObject({
      holds: false,
    });
    expect(
      verdictOn(problem, solution, linesOf(proof.replace('hold margins 50', 'hold margins 60'))),
    ).toMatchObject({
      holds: false,
      reason: 'this is not what the solution holds',
    });
    const trivial = linesOf('stage mw\nkeep 0 1\nhold margins 50 0\nclaim 2\nmethod trivial\nend');
    expect(verdictOn(problem, solution, trivial)).toMatchObject({ holds: true });
    expect(verdictOn(problem, solution, trivial.with(3, 'claim 3'))).toMatchObject({ holds: false });
  });

  it('shows that there is no network where the rows are out of reach', () => {
    const far = { ...problem, margins: [[9], [0]] };
    expect(bruteStage(far, 'mw', [0, 1], { kind: 'margins', margins: [[90]] }).objective).toBeNull();
    const proof = `stage mw
      keep 0 1
      hold margins 90 0
      claim 9
      method tree
      p 0 1
      i 0 0:1
      x
      i 0 0:1
      x
      end`;
    expectNoneToSpare(far, 'mw', proof, 'method tree');
    expect(verdict(problem, 'mw', proof.replace('margins 90', 'margins 50'))).toMatchObject({
      holds: false,
      reason: 'the rows are not out of reach',
    });
  });

  it('takes the layers above for what the decided rows ask of them', () => {
    // Two neurons; (1, 1) and (-1, -1) against (1, -1): an AND or an OR of two, which takes two weights above.
    const corner = robust(
      [
        [1, 1],
        [-1, -1],
        [1, -1],
      ],
      [1, 1, -1],
      { layers: [2, 2, 1] },
    );
    const start = `stage mw
      keep 0 1 2
      hold correct
      claim 4
      method tree`;
    expect(verdict(corner, 'mw', `${start}\nu\nl`)).toMatchObject({
      holds: false,
      reason: "the node's bound is 2, which does not close it at 4",
    });
    expect(verdict(corner, 'mw', `${start}\nu 1`)).toMatchObject({ holds: false, line: 7 });
  });
});

describe('soft margins', () => {
  // Every block is right for the same problem without targets.
  const plain = robust([[4], [-4]], [1, -1], { layers: [1, 1, 1], margins: [[3], [0]] });
  const soft = withTargets(plain, Int32Array.from([9, 9]));
  const blocks = {
    sm: 'stage sm\nclaim 2\nmethod trivial\nend',
    mm: 'stage mm\nkeep 0 1\nclaim 99\nmethod trivial\nend',
    mw: 'stage mw\nkeep 0 1\nhold margins 30 0\nclaim 1\nmethod trivial\nend',
  };

  it('have no tree for MM with hidden layers', () => {
    const reason = 'is no method of stage mm with soft margins';
    expect(verdict(plain, 'mm', blocks.mm)).toMatchObject({ holds: true });
    for (const method of ['tree', 'matching']) {
      const block = blocks.mm.replace('trivial', method);
      expect(verdict(soft, 'mm', block)).toMatchObject({ holds: false, reason: `'${method}' ${reason}` });
    }
  });

  it('leave MW as it is where it holds margins', () => {
    expect(verdict(soft, 'mw', blocks.mw)).toEqual(verdict(plain, 'mw', blocks.mw));
    expect(verdict(soft, 'mw', blocks.mw)).toMatchObject({ holds: true });
  });

  it('leave the block of SM as it is', () => {
    expect(verdict(soft, 'sm', blocks.sm)).toEqual({ stage: 'sm', claim: 2, holds: true });
    expect(verdict(soft, 'sm', blocks.sm.replace('claim 2', 'claim 1'))).toMatchObject({ holds: false });
  });
});

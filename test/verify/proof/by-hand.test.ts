import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/testing/problem-of.js';
import { bareStage } from '../../../src/testing/records.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { checkSolution } from '../../../src/verify/checker.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { bareSolution, HEADER, linesOf, verdict, verdictOn } from './support.js';

describe('MM of one neuron', () => {
  // w = (1, -1): S = 3, -2. The - side is nearer: 2 - 0.1 = 1.9.
  const problem = problemOf(
    [
      [2, -1],
      [-1, 1],
    ],
    [1, -1],
  );

  it('is bounded by the nearest row', () => {
    expect(bruteStage(problem, 'mm').objective).toBe(19);
    const proof = `stage mm
      keep 0 1
      claim 19
      method tree
      m 0 1:1
      l
      end`;
    expect(verdict(problem, 'mm', proof)).toEqual({ stage: 'mm', claim: 19, holds: true });
    expect(verdict(problem, 'mm', proof.replace('claim 19', 'claim 18'))).toEqual({
      stage: 'mm',
      claim: 18,
      holds: false,
      line: 7,
      reason: "the node's bound is 19, which does not close it at 18",
    });
    expect(verdict(problem, 'mm', proof.replace('1:1', '0:1'))).toMatchObject({ holds: false, line: 7 });
  });

  it('needs both children of a weight, and the attainable margin', () => {
    // Rows 3 and -3 averaged: floor(29.5) = 29, which the - side attains.
    const twins = problemOf([[3], [-3]], [1, -1]);
    expect(
      verdict(twins, 'mm', 'stage mm\nkeep 0 1\nclaim 29\nmethod tree\nm 0 0:1 1:1\nl\nend'),
    ).toMatchObject({
      holds: true,
    });
    const proof = linesOf(`stage mm
      keep 0 1
      claim 19
      method tree
      w 0 1 -1
      m 0 1:5
      l
      w 0 0 0
      m 0 0:1
      l
      m 0 1:1
      l
      end`);
    expect(verdictOn(problem, bareSolution('mm'), proof)).toMatchObject({ holds: true });
    for (let at = 4; at < proof.length; at++) {
      expect(verdictOn(problem, bareSolution('mm'), proof.toSpliced(at, 1)), proof[at]).not.toMatchObject({
        holds: true,
      });
    }
  });

  it('narrows boxes to what would leave the node open', () => {
    // The + row allows 3 at w = (1, -1) and has to allow 2: w_0 = 1 (0 would lose 2), and w_1 is -1 or 0.
    const proof = (split: string) => `stage mm
      keep 0 1
      claim 19
      method tree
      m 0 0:1
      f 0
      w ${split}`;
    expect(verdict(problem, 'mm', proof('0 0 0'))).toMatchObject({ reason: 'w at 0, but the box is [1, 1]' });
    expect(verdict(problem, 'mm', proof('0 1 0'))).toMatchObject({
      reason: 'w at 0, but the box is [-1, 0]',
    });
  });
});

describe('MM with a hidden layer', () => {
  const problem = problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] });

  it('separates a pair, and asks what the layer above makes of it', () => {
    // w = 1: S = 2, -1, margin 0.9; above: v = 1, margin 0.9. w = -1 mirrors it: -2, 1, margin 1, and again 0.9.
    const best = bruteStage(problem, 'mm').objective as number;
    expect(best).toBe(19);
    const proof = `stage mm
      keep 0 1
      claim 19
      method tree
      p 0 1
      m 0 1:1
      l
      m 0 1:1
      u
      l
      end`;
    expect(verdict(problem, 'mm', proof)).toMatchObject({ holds: true });
    expect(verdict(problem, 'mm', proof.replace('claim 19', 'claim 18'))).toMatchObject({ holds: false });
    expect(verdict(problem, 'mm', proof.replace('tree\n      p 0 1', 'tree\n      s 0 0'))).toMatchObject({
      holds: false,
      reason: 's of a neuron without any side',
    });
  });

  it('narrows by the rows of the node, not by those of another, where they stood on other sides', () => {
    // 18 is a lie: in the second child the neuron reaches 10 and the layer above 9. The rows of the first child, mirrored there,
    // would leave no weight at all.
    const proof = (narrowing: string) => `stage mm
      keep 0 1
      claim 18
      method tree
      p 0 1
      m 0 1:1
      u
      l
      u
      ${narrowing}
      x
      end`;
    const reason = 'f without an m of its neuron at this node';
    expect(verdict(problem, 'mm', proof('f 0'))).toMatchObject({ holds: false, line: 11, reason });
    expect(verdict(problem, 'mm', proof('m 0 1:1\n      f 0'))).toMatchObject({
      holds: false,
      line: 13,
      reason: 'nothing says that the node is impossible',
    });
  });

  it('bounds a neuron on its own', () => {
    const two = problemOf(
      [
        [2, 1],
        [-1, -2],
      ],
      [1, -1],
      { layers: [2, 2, 1] },
    );
    const best = bruteStage(two, 'mm').objective as number;
    const head = `stage mm
      keep 0 1
      claim ${best}
      method tree`;
    const constantOrSeparating = `t 1
      m 1 0:1 1:1
      l
      m 1 1:1
      l
      m 1 0:1
      l`;
    // Either neuron separates the pair at 2.9 at best; both together with 1.9 above.
    const proof = `${head}
      p 0 1
      b 0 29
      m 0 1:1
      l
      ${constantOrSeparating}
      m 0 0:1
      ${constantOrSeparating}
      end`;
    expect(best).toBe(77);
    expect(verdict(two, 'mm', proof)).toMatchObject({ holds: true });
    expect(verdict(two, 'mm', proof.replace('b 0 29', 'b 0 28'))).toMatchObject({ holds: false, line: 9 });
    expect(verdict(two, 'mm', proof.replace('m 0 1:1', 'm 1 1:1'))).toMatchObject({
      holds: false,
      reason: 'neuron 1 while another is bounded on its own',
    });
  });

  it('is impossible for equal samples of unlike labels', () => {
    const twins = problemOf([[1], [1]], [1, -1], { layers: [1, 1, 1] });
    const proof = `stage mm
      keep 0 1
      claim -1
      method tree
      p 0 1
      m 0 0:1 1:1
      x
      m 0 0:1 1:1
      x
      end`;
    const record = { ...bareStage('mm'), status: 'infeasible' as const, stopReason: 'proved' as const };
    const solution = { ...bareSolution(), stages: [record] };
    // The number that earlier files have for it says the same.
    for (const text of [proof, proof.replace('claim -1', 'claim none')]) {
      expect(verdict(twins, 'mm', text)).toEqual({ stage: 'mm', claim: 'none', holds: true });
      const result = verifyProof(twins, solution, [HEADER, ...linesOf(text)]);
      expect(checkSolution(twins, solution, result).stages[0]).toMatchObject({ boundHolds: true });
    }
    const zero = verifyProof(twins, solution, [HEADER, ...linesOf(proof.replace('claim -1', 'claim 0'))]);
    expect(checkSolution(twins, solution, zero, { enumerate: false }).stages[0]).toMatchObject({
      boundHolds: false,
      reason: 'the proof shows 0 only, which is weaker than that there is no network',
    });
  });
});

describe('MW', () => {
  const problem = problemOf(
    [
      [3, 1, 1],
      [-1, 1, -1],
    ],
    [1, -1],
    { margins: [[19]].map((l) => l.map((m) => m / 10)) },
  );

  it('counts what the rows need', () => {
    expect(bruteStage(problem, 'mw', [0, 1], { kind: 'margins', margins: [[19]] }).objective).toBe(2);
    const proof = `stage mw
      keep 0 1
      hold margins 19
      claim 2
      method tree
      m 0 1 1:1
      l
      end`;
    expect(verdict(problem, 'mw', proof)).toEqual({ stage: 'mw', claim: 2, holds: true });
    expect(verdict(problem, 'mw', proof.replace('margins 19', 'margins 20'))).toMatchObject({
      holds: false,
      line: 4,
      reason: 'this is not what the solution holds',
    });
    expect(verdict(problem, 'mw', proof.replace('claim 2', 'claim 3'))).toMatchObject({ holds: false });
    expect(
      verdict(problem, 'mw', proof.replace('method tree\n      m 0 1 1:1\n      l', 'method trivial')),
    ).toMatchObject({
      holds: true,
    });
  });

  it('knows when rows are out of reach', () => {
    const far = { ...problem, margins: [[3]] };
    const proof = `stage mw
      keep 0 1
      hold margins 30
      claim 4
      method tree
      i 0 1:1
      x
      end`;
    expect(verdict(far, 'mw', proof)).toMatchObject({ holds: true });
    expect(verdict(problem, 'mw', proof.replace('margins 30', 'margins 19'))).toMatchObject({
      holds: false,
      reason: 'the rows are not out of reach',
    });
  });
});

describe('SM', () => {
  const problem = problemOf(
    [
      [1, 2],
      [1, 2],
      [2, 1],
      [1, 2],
    ],
    [1, 1, 1, -1],
  );

  it('loses the rarer label of equal samples', () => {
    for (const [claim, holds] of [
      [3, true],
      [4, true],
      [2, false],
    ] as const) {
      for (const method of ['trivial', 'interval', 'enumerate']) {
        const proof = `stage sm\nclaim ${claim}\nmethod ${method}\nend`;
        expect(verdict(problem, 'sm', proof), `${claim} ${method}`).toMatchObject({ claim, holds });
      }
    }
    expect(verdict(problem, 'sm', 'stage sm\nclaim 3\nmethod tree\nend')).toMatchObject({
      holds: false,
      reason: "'tree' is no method of stage sm",
    });
  });
});

describe('a proof file', () => {
  const problem = problemOf([[2], [-1]], [1, -1]);
  const sm = ['stage sm', 'claim 2', 'method trivial', 'end'];
  const mm = ['stage mm', 'keep 0 1', 'claim 9', 'method tree', 'm 0 1:1', 'l', 'end'];
  const solution = {
    ...bareSolution('sm', 'mm'),
    stages: [{ ...bareStage('sm'), objective: 2 }, bareStage('mm')],
  };
  const judge = (text: readonly string[]) => verifyProof(problem, solution, text);

  it('may have any of the blocks, in the order of the solution', () => {
    expect(judge([HEADER])).toEqual({ stages: [] });
    expect(judge([HEADER, ...sm, ...mm]).stages.map(({ holds }) => holds)).toEqual([true, true]);
    expect(judge([HEADER, ...mm]).stages).toHaveLength(1);
    expect(judge([HEADER, ...mm, ...sm])).toMatchObject({
      stages: [{ stage: 'mm' }],
      fault: 'line 9: stage sm after stage mm',
    });
    expect(judge([HEADER, ...sm, ...sm]).fault).toBe('line 6: stage sm after stage sm');
    expect(judge([HEADER, 'stage mw']).fault).toBe('line 2: the solution has no stage mw');
  });

  it('is judged block by block', () => {
    const bad = sm.with(1, 'claim 1');
    expect(judge([HEADER, ...bad, ...mm]).stages).toEqual([
      { stage: 'sm', claim: 1, holds: false, line: 4, reason: 'the claim is 1, but the verifier finds 2' },
      { stage: 'mm', claim: 9, holds: true },
    ]);
  });

  it.each([
    [[], 'the file is empty'],
    [['{'], 'line 1: not a proof file: it does not begin with fewbit-proof'],
    [['fewbit-proof 2'], 'line 1: version 2 is not known, only 1'],
    [['fewbit-proof 1 '], "line 1: ' ' too much on the line"],
    [[HEADER, ''], 'line 2: the line ends too early'],
    [[HEADER, 'stage best'], "line 2: 'best' is no stage"],
    [[HEADER, 'end'], "line 2: 'end' instead of stage"],
  ])('%j is none', (text, fault) => {
    expect(judge(text).fault).toBe(fault);
  });

  it.each([
    [1, 'keep 0', 'these are not the samples that the solution keeps', 3],
    [1, 'keep 0 x', "'keep 0 x': a field is not a number in range", 3],
    [2, 'claim 1.5', "'claim 1.5': a field is not a number in range", 4],
    [2, 'claim 1 2', "' 2' too much on the line", 4],
    [3, 'method magic', "'magic' is no method of stage mm", 5],
    [4, 'm 0 1:0', 'row 1 has a multiplier of 0', 6],
    [4, 'm 0 1:1 1:1', 'row 1 has two multipliers', 6],
    [4, 'm 0 2:1', 'row 2 is not one of the 2 kept samples', 6],
    [4, 'm 1 1:1', '1 is no neuron of the first layer', 6],
    [4, 'm 0', 'm without multipliers', 6],
    [4, 'm 0 1:-1', "'m 0 1:-1': a field is not a number in range", 6],
    [4, 'm 0 1:12345678901', "'m 0 1:12345678901': a field is not a number in range", 6],
    [4, 'm 0 1', "'m 0 1': expected row:multiplier", 6],
    [4, 'm  0 1:1', "'m  0 1:1': a field is not a number in range", 6],
    [4, 'f 0', 'f without an m of its neuron at this node', 6],
    [4, 'i 0 1:1', 'i is a record of MW', 6],
    [4, 'q', "'q' is no record", 6],
    [4, 'w 0 0 1', 'w at 1, but the box is [-1, 1]', 6],
    [4, 'w 0 1 0', 'w of input 1, which is not active', 6],
    [4, 't 0', 't of a neuron that has sides', 6],
    [4, 's 0 0', 's of a side that is decided', 6],
    [4, 'p 0 1', 'p of two samples that some neuron separates', 6],
    [5, 'x', 'nothing says that the node is impossible', 7],
    [5, 'end', 'the block ends with open nodes', 7],
    [6, 'l', 'a record after the last node was closed', 8],
    [6, 'stage mm', 'a new block before the end of this one', 8],
  ])('with line %i of the block as %j is refused: %s', (at, line, reason, where) => {
    const [stage] = judge([HEADER, ...mm.with(at, line)]).stages;
    expect(stage).toMatchObject({ stage: 'mm', holds: false, line: where });
    expect(stage.reason).toBe(reason);
  });

  it('that ends too early is refused', () => {
    for (let length = 1; length < mm.length; length++) {
      expect(judge([HEADER, ...mm.slice(0, length)]).stages).toMatchObject([{ holds: false }]);
    }
  });
});

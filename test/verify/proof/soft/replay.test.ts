import { describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { bareSolution, verdictOn } from '../support.js';

/** The weight of 1 reaches 4 of 9 on either row, whose other side wants a unit more: it loses 25 and 36. */
function pair(rest: Partial<TrainingProblem> = {}): TrainingProblem {
  return problemOf([[4], [-4]], [1, -1], {
    objective: { kind: 'soft', targets: Int32Array.of(9, 9) },
    ...rest,
  });
}

function verdict(problem: TrainingProblem, claim: number | 'none', ...records: string[]) {
  const head = ['stage mm', 'keep 0 1', `claim ${claim}`, 'method tree'];
  return verdictOn(problem, bareSolution('mm'), [...head, ...records, 'end']);
}

const BEST = 'a 0 1 0:a 1:c';

describe('a node of soft margins', () => {
  it('loses no less behind a worse bound', () => {
    for (const worse of ['a 0 1 0:1', 'a 0 1'])
      expect(verdict(pair(), -61, BEST, worse, 'l')).toMatchObject({ holds: true });
  });

  it('is impossible where more weights than the limit cannot be 0, not where as many cannot', () => {
    const forced = (maxNonzero: number) => pair({ ranges: [[1, 1]], maxNonzero });
    expect(verdict(forced(0), -62, BEST, 'x')).toMatchObject({ holds: true });
    expect(verdict(forced(1), -62, BEST, 'x')).toMatchObject({
      line: 7,
      reason: 'nothing says that the node is impossible',
    });
  });

  it('knows five records, and quotes of others what a line bears', () => {
    for (const record of [
      'u',
      'p 0 1',
      'm 0 0:1',
      'i 0 0:1',
      'b 0 -9',
      's 0 0',
      'r 0 0',
      'abcdefghijklmnopqrstuvwxyz',
    ])
      expect(verdict(pair(), -61, record)).toMatchObject({
        reason: `'${record.split(' ')[0].slice(0, 20)}' is no record of a tree of soft margins`,
      });
  });
});

import { describe, expect, it } from 'vitest';
import { keepsToGroups } from '../../src/verify/used-columns.js';
import { pointsOf } from '../assembly/support.js';

/* Groups of columns, on all weights that there are, against sets of used columns. */

const EXCLUSIVE = [
  [[0], [1, 2]],
  [[3], [4], [0]],
];
const TOGETHER = [
  [[0, 1], [3]],
  [[2], [4]],
];

function used(group: readonly (readonly number[])[], weights: readonly number[]): number {
  return group.filter((column) => column.some((i) => weights[i] !== 0)).length;
}

describe('groups of columns', () => {
  it('let at most one of those that exclude each other be used, and all or none of those that come together', () => {
    let [kept, broken] = [0, 0];
    for (const weights of pointsOf([-1, -1, -1, -1, -1], [1, 1, 1, 1, 1])) {
      const excludes = EXCLUSIVE.every((group) => used(group, weights) <= 1);
      const joins = TOGETHER.every((group) => [0, group.length].includes(used(group, weights)));
      expect(keepsToGroups({}, weights)).toBe(true);
      expect(keepsToGroups({ exclusive: EXCLUSIVE }, weights)).toBe(excludes);
      expect(keepsToGroups({ together: TOGETHER }, weights)).toBe(joins);
      expect(keepsToGroups({ exclusive: EXCLUSIVE, together: TOGETHER }, weights)).toBe(excludes && joins);
      if (excludes && joins) kept++;
      else broken++;
    }
    expect([kept, broken].every((count) => count > 0)).toBe(true);
  });
});

import { InputError } from '../errors.js';
import { show } from '../printable.js';
import { countOf, isInteger, isList } from './checks.js';

/*
 * Columns that exclude each other, and columns that come together. A column is a list of inputs, all that an encoding makes of it; it is
 * *used* where the neuron has a weight other than 0 on one of them. Of the columns of an `exclusive` group at most one is used, of a
 * `together` group all or none. Of single neurons only: a box of weights then says what is used, and the stages split cases by boxes
 * (stages/cases.ts).
 */

/** Columns of a group, each a list of inputs; at least two, no input twice. */
export type ColumnGroup = readonly (readonly number[])[];

/** A problem, as far as it is of interest here. */
interface Combined {
  readonly exclusive?: readonly ColumnGroup[];
  readonly together?: readonly ColumnGroup[];
}

export function hasCombinations({ exclusive, together }: Combined): boolean {
  return exclusive !== undefined || together !== undefined;
}

/** The problem that allows every combination. */
export function withoutCombinations<T extends Combined>(problem: T): Omit<T, keyof Combined> {
  const { exclusive: _, together: __, ...plain } = problem;
  return plain;
}

/** Whether a neuron with these weights uses what the groups allow it to. */
export function isCombined({ exclusive = [], together = [] }: Combined, weights: readonly number[]): boolean {
  const used = (group: ColumnGroup): number =>
    group.reduce((count, inputs) => count + (inputs.some((i) => weights[i] !== 0) ? 1 : 0), 0);
  return (
    exclusive.every((group) => used(group) <= 1) &&
    together.every((group) => used(group) === 0 || used(group) === group.length)
  );
}

/** @throws InputError, one line, naming field and place (counted from 0) of the first fault */
export function checkGroups(raw: unknown, inputs: number, where: string): ColumnGroup[] {
  if (!isList(raw)) throw new InputError(`${where}: expected a list of groups of columns, got ${show(raw)}`);
  return Array.from(raw, (group: unknown, g) => {
    const at = `${where}, group ${g}`;
    if (!isList(group) || group.length < 2) {
      throw new InputError(`${at}: expected two columns or more, got ${countOf(group)}`);
    }
    const seen = new Set<number>();
    return Array.from(group, (column: unknown, c) => {
      const own: readonly unknown[] = isList(column) ? Array.from(column) : [column];
      if (own.length === 0) throw new InputError(`${at}, column ${c}: has no inputs`);
      return own.map((input) => {
        if (!isInteger(input) || input < 0 || input >= inputs) {
          throw new InputError(
            `${at}, column ${c}: must be inputs in 0..${inputs - 1}, alone or in a list, got ${show(input)}`,
          );
        }
        if (seen.has(input)) throw new InputError(`${at}, column ${c}: input ${input} is there twice`);
        seen.add(input);
        return input;
      });
    });
  });
}

/** Columns of two groups are one and the same, or have no input in common. @throws InputError naming group and column */
function refuseOverlap({ exclusive = [], together = [] }: Combined, where: string): void {
  const columnOf = new Map<number, string>();
  for (const [name, groups] of [
    ['exclusive', exclusive],
    ['together', together],
  ] as const) {
    for (const [g, group] of groups.entries()) {
      for (const [c, inputs] of group.entries()) {
        const key = inputs.toSorted((a, b) => a - b).join();
        for (const i of inputs) {
          if ((columnOf.get(i) ?? key) !== key) {
            throw new InputError(
              `${where}: ${name}, group ${g}, column ${c}: input ${i} belongs to another column, too`,
            );
          }
          columnOf.set(i, key);
        }
      }
    }
  }
}

/**
 * Which inputs have to be used. What has to be is used in every network, and what comes together with it; the least of such sets is
 * allowed unless no other is.
 *
 * @param boxes the least and the largest weight of every input, [0, 0] of inactive ones
 * @returns of every input whether the least set has it: with any weights on these that are not 0 a neuron keeps to the groups
 * @throws InputError, one line, where no weights keep to them
 */
export function leastUse(
  {
    exclusive = [],
    together = [],
    free = [],
    maxNonzero,
  }: Combined & { readonly free?: readonly number[]; readonly maxNonzero?: number },
  boxes: readonly (readonly [number, number])[],
  where: string,
): boolean[] {
  refuseOverlap({ exclusive, together }, where);
  const used = boxes.map(([low, high]) => low > 0 || high < 0);
  const canBe = (inputs: readonly number[]): boolean =>
    inputs.some((i) => boxes[i][0] < 0 || boxes[i][1] > 0);
  const isUsed = (inputs: readonly number[]): boolean => inputs.some((i) => used[i]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [g, group] of together.entries()) {
      if (!group.some(isUsed)) continue;
      for (const [c, inputs] of group.entries()) {
        if (isUsed(inputs)) continue;
        if (!canBe(inputs)) {
          throw new InputError(
            `${where}: together, group ${g}: a column has to be used, and column ${c} cannot be (range 0..0, or inputs that are 0 in every sample)`,
          );
        }
        // A free one, where there is one, is none that `maxNonzero` counts.
        const able = inputs.filter((i) => canBe([i]));
        used[able.find((i) => free.includes(i)) ?? able[0]] = true;
        changed = true;
      }
    }
  }
  for (const [g, group] of exclusive.entries()) {
    if (group.filter(isUsed).length > 1) {
      throw new InputError(`${where}: exclusive, group ${g}: two of its columns have to be used`);
    }
  }
  if (maxNonzero === undefined) return used;
  const least = used.filter((is, i) => is && !free.includes(i)).length;
  if (least > maxNonzero) {
    throw new InputError(
      `${where}: maxNonzero: ${maxNonzero}, but ranges and together ask for ${least} weights that are not 0`,
    );
  }
  return used;
}

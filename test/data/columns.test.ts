import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnPlaces, placeColumns } from '../../src/data/columns.js';

const places = (found: string[], expected: string[]) => columnPlaces(found, expected, 't.csv', 'the model');

describe('columnPlaces', () => {
  it('finds every order, and says nothing of the right one', () => {
    expect(places(['a', 'b'], ['a', 'b'])).toBeUndefined();
    expect(places(['b', 'a'], ['a', 'b'])).toEqual(Int32Array.of(1, 0));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 1 }),
        fc.infiniteStream(fc.nat()),
        (names, draws) => {
          const turned = [...names];
          for (let at = turned.length - 1; at > 0; at--) {
            const other = draws.next().value % (at + 1);
            [turned[at], turned[other]] = [turned[other], turned[at]];
          }
          const found = places(turned, names) ?? Int32Array.from(names, (_, at) => at);
          const row = Float64Array.from(turned, (name) => names.indexOf(name));
          expect([...placeColumns(row, 1, found)]).toEqual(names.map((_, at) => at));
        },
      ),
    );
  });

  it('keeps rows apart', () => {
    expect(placeColumns([1, 2, 3, 4], 2, Int32Array.of(1, 0))).toEqual(Float64Array.of(2, 1, 4, 3));
  });

  it.each<[string[], string[], string]>([
    [
      ['a', 'x'],
      ['a', 'b'],
      't.csv: no column named "b", which the model has; there is "x", which the model does not have',
    ],
    [['a'], ['a', 'b'], 't.csv: no column named "b", which the model has'],
    [['a', 'b', 'id'], ['a', 'b'], 't.csv: column "id" is none of those that the model has; leave it out'],
    [['a', 'b', 'b'], ['a', 'b'], 't.csv: two columns are named "b"'],
    [['A', 'b'], ['a', 'b'], 't.csv: no column named "a", which the model has; there is "A"'],
  ])('refuses %j for %j', (found, expected, message) => {
    expect(() => places(found, expected)).toThrow(message);
  });
});

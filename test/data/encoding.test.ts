import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnyCells } from '../../src/data/cells.js';
import { parseCsv } from '../../src/data/csv.js';
import { parseEncode } from '../../src/data/encode-spec.js';
import { EncodedCells } from '../../src/data/encoded-cells.js';
import {
  type Encoding,
  encodeRow,
  encodeRows,
  inputNames,
  inputsOf,
  recode,
  validateEncoding,
} from '../../src/data/encoding.js';
import { encodingSummary, fitEncoding } from '../../src/data/encoding-fit.js';
import type { ScalingMode } from '../../src/data/scaling-fit.js';
import { encodeByTheBook } from '../ensemble/model/independent-reader.js';

const read = (text: string, texts: string[] = [], complete = false) =>
  parseCsv(text, { where: 't.csv', cells: new AnyCells({ texts: new Set(texts), complete }) });

function fitted(text: string, encode = 'auto', scaling: ScalingMode = 'auto') {
  const asked = parseEncode(encode);
  const data = read(text, [...asked.named.keys()]);
  const { values, rows, columns } = data.samples;
  const names = data.columns ?? [];
  const table = { values, rows, columns, names, levels: data.levels ?? names.map(() => null) };
  const encoding = fitEncoding(table, { asked, scaling, complete: false });
  const own = recode(encoding, values, rows, table.levels, names);
  return { encoding, rows: encodeRows(encoding, own, rows), summary: encodingSummary(encoding, table) };
}

const encoded = ({ rows, encoding }: { rows: Int32Array; encoding: Encoding }): number[][] => {
  const inputs = inputsOf(encoding);
  return Array.from({ length: rows.length / inputs }, (_, row) => [
    ...rows.subarray(row * inputs, (row + 1) * inputs),
  ]);
};

describe('AnyCells', () => {
  it('tells columns of texts from columns of numbers', () => {
    const data = read('age,work,code,label\n30,Private,1,a\n?,,x,b\nNA,State,1.0,a\nnull,?,y,a\n');
    expect(data.levels).toEqual([null, ['Private', 'State'], ['1', 'x', 'y']]);
    const { NaN: none } = Number;
    expect([...data.samples.values]).toEqual([30, 0, 0, none, none, 1, none, 1, 0, none, none, 2]);
  });

  it('has no levels where all are numbers', () => {
    expect(read('a,label\n1,x\n2,y\n')).toEqual(parseCsv('a,label\n1,x\n2,y\n'));
    expect(read('a,b,label\n1,NA,x\n?,2,y\n').levels).toBeUndefined();
  });

  it('takes a text among numbers for a slip, unless it is told', () => {
    const text = 'a,label\n1,x\n2,y\noops,x\n';
    expect(() => read(text)).toThrow(
      't.csv: row 3, column "a": "oops" is not a number, as most of the column are',
    );
    expect(read(text, ['a']).levels).toEqual([['1', '2', 'oops']]);
  });

  it('refuses numbers with a comma before their decimals, which would be names', () => {
    const german = (rows: string, cells = new AnyCells()) =>
      parseCsv(`a;label\n${rows}`, { where: 't.csv', cells });
    expect(() => german('x;p\n12,5;p\n,25;q\n3;q\n')).toThrow(
      't.csv: row 2, column "a": "12,5" has a comma where a number has a point; write points',
    );
    expect(() => german('12,5;p\n3;q\n', new AnyCells({ texts: new Set(['a']) }))).not.toThrow();
    expect(() => german('p,q;p\n1,2,3;q\n')).not.toThrow();
    expect(() => parseCsv('a;label\n-1,5e3;x\n')).toThrow('"-1,5e3" has a comma where a number has a point');
  });

  it('refuses missing values where it is told', () => {
    expect(() => read('a,label\n1,x\n?,y\n', [], true)).toThrow(
      't.csv: row 2 (line 3), column "a": missing value "?"',
    );
    expect(() => read('a,label\n1,x\nNA,y\n', [], true)).toThrow(
      't.csv: row 2, column "a": missing value "NA"',
    );
    expect(read('a,label\nNA,x\nb,y\n', [], true).levels).toEqual([['NA', 'b']]);
  });
});

describe('fitEncoding', () => {
  it('encodes what auto finds', () => {
    const { encoding, summary, ...rest } = fitted('n,c,k,label\n1,red,7,a\n3,blue,7,b\n?,?,7,a\n2,red,7,b\n');
    expect(encoding).toEqual({
      one: 1,
      columns: [
        { kind: 'steps', thresholds: [1.5, 2.5], fill: 2, missing: true },
        { kind: 'category', levels: ['blue', 'red'], missing: true },
        { kind: 'none' },
      ],
    });
    expect(inputNames(encoding, ['n', 'c', 'k'])).toEqual([
      ...['n >= 1.5', 'n >= 2.5', 'n missing', 'c = blue', 'c = red', 'c missing'],
    ]);
    expect(encoded({ encoding, ...rest })).toEqual([
      [0, 0, 0, 0, 1, 0],
      [1, 1, 0, 1, 0, 0],
      [1, 0, 1, 0, 0, 1],
      [1, 0, 0, 0, 1, 0],
    ]);
    expect(summary.map(({ kind, distinct, missing }) => [kind, distinct, missing])).toEqual([
      ['steps', 3, 1],
      ['category', 2, 1],
      ['none', 1, 0],
    ]);
  });

  it('takes a scaling for the numbers, and makes what is on as large', () => {
    const text = 'n,c,label\n10,x,a\n20,y,b\n30,x,a\n';
    expect(encoded(fitted(text, 'auto', 'range'))).toEqual([
      [-127, 127, 0],
      [0, 0, 127],
      [127, 127, 0],
    ]);
    expect(encoded(fitted(text, 'auto', 'quantile'))[1]).toEqual([0, 0, 127]);
    expect(encoded(fitted(text, 'auto', 'none'))[2]).toEqual([30, 1, 0]);
  });

  it('does what is asked of a column', () => {
    const text = 's,n,m,label\nlow,1,5,a\nhigh,2,6,b\nmid,2,7,a\n';
    const { encoding, rows } = fitted(text, 's:levels=low|mid|high,n:category,m:at=6|6.5|100');
    expect(inputNames(encoding, ['s', 'n', 'm'])).toEqual([
      ...['s >= mid', 's >= high', 'n = 1', 'n = 2', 'm >= 6', 'm >= 6.5', 'm >= 100'],
    ]);
    expect(encoded({ encoding, rows })).toEqual([
      [0, 0, 1, 0, 0, 0, 0],
      [1, 1, 0, 1, 1, 0, 0],
      [1, 0, 0, 1, 1, 1, 0],
    ]);
  });

  it('cuts numbers into parts of about equal weight, and beside a heap the rest too', () => {
    const column = (values: readonly number[]) =>
      `n,label\n${values.map((v, k) => `${v},${k % 2}`).join('\n')}\n`;
    const steps = (values: readonly number[], encode: string) => {
      const [first] = fitted(column(values), encode).encoding.columns;
      return first.kind === 'steps' ? first.thresholds : [];
    };
    expect(
      steps(
        Array.from({ length: 100 }, (_, k) => k),
        'quantile=4',
      ),
    ).toEqual([24.5, 49.5, 74.5]);
    const heap = [...new Array<number>(90).fill(0), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(steps(heap, 'quantile=3')).toEqual([0.5, 5.5]);
    expect(steps([1, 2, 3, 3], 'quantile=9')).toEqual([1.5, 2.5]);
  });

  it.each<[string, string, string, string]>([
    ['a column that is not there', 'a,label\n1,x\n2,y\n', 'b:category', 'encode: there is no column "b"'],
    [
      'numbers asked of texts',
      'a,label\nx,x\ny,y\n',
      'a:range',
      'column "a": "y" is not a number, and range is for',
    ],
    [
      'another level',
      'a,label\nx,x\ny,y\n',
      'a:levels=x|z',
      'column "a": "y" is none of the levels that are listed',
    ],
    ['fractions as they are', 'a,label\n1.5,x\n2,y\n', 'whole', 'column "a": not all are whole numbers'],
    ['constants alone', 'a,label\n1,x\n1,y\n', 'auto', 'every one of them is constant'],
  ])('refuses %s', (_, text, encode, message) => {
    expect(() => fitted(text, encode)).toThrow(message);
  });

  it.each([
    ['quantile=1', '2 to 255 parts'],
    ['a:at=3|2', 'rising numbers'],
    ['a:levels=x', 'levels apart by bars'],
    ['a:levels=x|x', 'none twice'],
    ['thermometer', '"thermometer" is no encoding'],
    ['a:range,a:rank', 'column "a" is given twice'],
    ['range,rank', 'given twice'],
    ['category', 'is for a column'],
    ['"a:range', 'a quote is opened'],
  ])('refuses to be asked %s', (text, message) => {
    expect(() => parseEncode(text)).toThrow(message);
  });

  it('takes names and levels with signs in quotes', () => {
    const { named } = parseEncode('"a,b:c":levels="x|y"|"1,5",plain:name:range');
    expect([...named]).toEqual([
      ['a,b:c', { kind: 'levels', levels: ['x|y', '1,5'] }],
      ['plain:name', { kind: 'range' }],
    ]);
  });
});

describe('an encoding', () => {
  const number = fc.oneof(
    fc.integer({ min: -5, max: 5 }).map(String),
    fc.integer({ min: -40_000, max: 40_000 }).map((v) => String(v / 4)),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
  const missing = fc.constantFrom('', '?');
  const word = fc.constantFrom('red', 'Blue', 'no', '1', '1.0', '2', 'NA', 'none', 'x y');
  const column = fc.oneof(
    fc.array(fc.oneof({ arbitrary: number, weight: 5 }, { arbitrary: missing, weight: 1 }), {
      minLength: 8,
      maxLength: 8,
    }),
    fc.array(fc.oneof({ arbitrary: word, weight: 5 }, { arbitrary: missing, weight: 1 }), {
      minLength: 8,
      maxLength: 8,
    }),
    fc.array(number, { minLength: 8, maxLength: 8 }),
  );
  const table = fc.array(column, { minLength: 1, maxLength: 4 });
  const mode = fc.constantFrom<ScalingMode>('auto', 'range', 'quantile');
  const asked = fc.constantFrom('auto', 'range', 'rank', 'quantile=2', 'quantile=5', 'at=-1|0.5|3');

  /** A double scales some of it to -0. */
  const HUGE = ['1.7976931348623121e+308', '0', '-5e-324', '-1.7976931348623121e+308', '0', '0', '0', '0'];

  it('gives the integers that a reader of the documentation gives, to the last one', () => {
    let looked = 0;
    fc.assert(
      fc.property(
        table,
        mode,
        asked,
        fc.array(fc.oneof(number, word, missing), { minLength: 4, maxLength: 4 }),
        (columns, scaling, encode, other) => {
          const lines = columns[0].map((_, row) =>
            [...columns.map((c) => c[row]), row % 2 === 0 ? 'a' : 'b'].join(';'),
          );
          const text = [`${columns.map((_, c) => `c${c}`).join(';')};label`, ...lines].join('\n');
          const data = read(
            text,
            columns.map((_, c) => `c${c}`),
          );
          const { values, rows, columns: count } = data.samples;
          const names = data.columns ?? [];
          const levels = data.levels ?? names.map(() => null);
          let encoding: Encoding;
          try {
            encoding = fitEncoding(
              { values, rows, columns: count, names, levels },
              { asked: parseEncode(encode), scaling, complete: false },
            );
          } catch (error) {
            expect((error as Error).message).toMatch(/constant/);
            return;
          }
          const saved = JSON.parse(JSON.stringify(encoding)) as Record<string, unknown>;
          expect(validateEncoding(saved, 'model')).toEqual(encoding);
          const own = encodeRows(encoding, recode(encoding, values, rows, levels, names), rows);
          const inputs = inputsOf(encoding);
          const cells = new EncodedCells(encoding);
          const row = new Float64Array(count);
          for (const [at, fields] of [
            ...lines.map((line) => line.split(';').slice(0, -1)),
            other.slice(0, count),
          ].entries()) {
            const faults = fields
              .map((field, place) => cells.read(field, place))
              .filter((value) => typeof value === 'string');
            const byTheBook = encodeByTheBook(saved, fields);
            if (faults.length > 0) {
              expect(byTheBook).toBeUndefined();
              continue;
            }
            for (const [place, field] of fields.entries()) row[place] = cells.read(field, place) as number;
            const out = new Int32Array(inputs);
            encodeRow(encoding, row, 0, out);
            expect(byTheBook).toEqual([...out]);
            if (at < rows) expect([...out]).toEqual([...own.subarray(at * inputs, (at + 1) * inputs)]);
            looked++;
          }
        },
      ),
      { examples: [[[HUGE], 'range', 'auto', ['', 'red', 'red', '0']]] },
    );
    expect(looked).toBeGreaterThan(300);
  });

  it('counts levels and missing values that the training had not', () => {
    const { encoding } = fitted('n,c,label\n1,red,a\n3,blue,b\n3,red,a\n');
    const cells = new EncodedCells(encoding);
    expect([cells.read('?', 0), cells.read('green', 1), cells.read('', 1), cells.read('NA', 1)]).toEqual([
      ...[Number.NaN, -1, Number.NaN, Number.NaN],
    ]);
    expect(cells.read('x', 0)).toMatch('"x" is not a number');
    expect(cells.counted(['n', 'c'])).toEqual([
      'column "n": 1 row without a value, and the training had none: the median of the training, 3, stands in',
      'column "c": 1 row of levels that the training had not ("green"): none of its inputs is on',
      'column "c": 2 rows without a value, and the training had none: none of its inputs is on',
    ]);
  });

  it('is refused where it is damaged, by the name of the field', () => {
    const { encoding } = fitted('n,c,label\n1,red,a\n3,blue,b\n2,red,a\n');
    const damage: [string, (copy: never) => void, string][] = [
      [
        'a kind',
        (copy: { columns: { kind: string }[] }) => {
          copy.columns[0].kind = 'x';
        },
        'columns[0].kind',
      ],
      [
        'one',
        (copy: { one: number }) => {
          copy.one = 0;
        },
        'one',
      ],
      [
        'order',
        (copy: { columns: { thresholds: number[] }[] }) => {
          copy.columns[0].thresholds = [2, 1];
        },
        'columns[0].thresholds[1]',
      ],
      [
        'fill',
        (copy: { columns: { fill: unknown }[] }) => {
          copy.columns[0].fill = 'a';
        },
        'columns[0].fill',
      ],
      [
        'levels',
        (copy: { columns: { levels: string[] }[] }) => {
          copy.columns[1].levels = ['a', 'a'];
        },
        'columns[1].levels',
      ],
      [
        'no inputs',
        (copy: { columns: unknown[] }) => {
          copy.columns = [{ kind: 'none' }];
        },
        '0 inputs',
      ],
    ] as never;
    for (const [name, spoil, message] of damage) {
      const copy = JSON.parse(JSON.stringify(encoding)) as never;
      spoil(copy);
      expect(() => validateEncoding(copy, 'm'), name).toThrow(message);
    }
  });
});

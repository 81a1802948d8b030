import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { RecordCutter, readRecords } from '../../src/data/csv-records.js';
import type { TrainingData } from '../../src/ensemble/types.js';
import { InputError } from '../../src/errors.js';

const read = (text: string) => parseCsv(text, { where: 'file.csv' });

describe('parseCsv', () => {
  it('delivers what training takes', () => {
    const data: TrainingData = read('a,label,b\n1,yes,2.5\n-3e2,no,.5\n');
    expect(data).toEqual({
      samples: { values: Float64Array.of(1, 2.5, -300, 0.5), rows: 2, columns: 2 },
      labels: ['yes', 'no'],
      classes: ['no', 'yes'],
      columns: ['a', 'b'],
    });
  });

  it('orders numeric labels by value', () => {
    expect(read('a,label\n1,10\n2,9\n3,-1\n').classes).toEqual(['-1', '9', '10']);
  });

  it('takes a byte order mark, CRLF, empty lines, blanks, quotes, and no newline at the end', () => {
    const data = read('\uFEFF"a, with comma", b ,label\r\n\r\n 1 ,"2", x \r\n3,4,"y ""z"""');
    expect(data.columns).toEqual(['a, with comma', 'b']);
    expect(Array.from(data.samples.values)).toEqual([1, 2, 3, 4]);
    expect(data.labels).toEqual(['x', 'y "z"']);
  });

  it('takes labels that look like missing numbers as the names they are', () => {
    expect(read('a,label\n1,none\n2,NA\n').classes).toEqual(['NA', 'none']);
  });

  it('takes another label column and follows the training table in a test table', () => {
    const train = parseCsv('a,kind,b\n1,x,2\n3,y,4\n', { label: 'kind' });
    const test = parseCsv('kind,a,b\ny,5,6\n', { label: 'kind', like: train });
    expect(test.classes).toEqual(['x', 'y']);
    const like = (text: string) => parseCsv(text, { label: 'kind', like: train, where: 't.csv' });
    for (const reordered of ['b,kind,a\n6,y,5\n', 'kind,b,a\ny,6,5\n', 'b,a,kind\n6,5,y\n']) {
      expect(like(reordered)).toEqual(like('kind,a,b\ny,5,6\n'));
    }
    expect(() => like('kind,a\ny,5\n')).toThrow('t.csv: no column named "b", which the training data has');
    expect(() => like('kind,a,c\ny,5,6\n')).toThrow(
      't.csv: no column named "b", which the training data has; there is "c", which the training data does not have',
    );
    expect(() => like('kind,a,c,b\ny,5,0,6\n')).toThrow(
      't.csv: column "c" is none of those that the training data has; leave it out',
    );
    expect(like('kind,a,b\nz,5,6\n')).toMatchObject({ labels: ['z'], classes: ['x', 'y'] });
  });

  it.each<[string, string, string]>([
    ['nothing', '', 'file.csv: empty, not even a header'],
    ['a header alone', 'a,label\n', 'file.csv: a header and no rows'],
    [
      'no label',
      'a,b\n1,2\n',
      'file.csv: no column named "label" in the header ("a", "b"); which one has the class names is said by --label NAME',
    ],
    ['colons', 'a:label\n1:2\n', 'file.csv: no column named "label" in the header ("a:label")'],
    ['label alone', 'label\nx\n', 'file.csv: no column besides "label"'],
    [
      'lines that end with carriage returns',
      'a,label\r1,x\r2,y\r',
      'file.csv: lines end with carriage returns alone; save it with line feeds',
    ],
    ['a name twice', 'a,a,label\n1,2,x\n', 'file.csv: two columns are named "a"'],
    ['a column without a name', ',a,label\n0,1,x\n', 'file.csv: column 1 has no name in the header'],
    ['a short row', 'a,b,label\n1,2,x\n1,y\n', 'file.csv: line 3 (row 2): 2 fields, the header has 3'],
    ['a long row', 'a,label\n\n1,x,\n', 'file.csv: line 3 (row 1): 3 fields, the header has 2'],
    ['an empty field', 'a,b,label\n1,,x\n', 'file.csv: row 1 (line 2), column "b": missing value ""'],
    ['a question mark', 'a,label\n1,x\n?,y\n', 'file.csv: row 2 (line 3), column "a": missing value "?"'],
    ['NA', 'a,label\nNA,x\n', 'file.csv: row 1 (line 2), column "a": missing value "NA"'],
    ['NaN', 'a,label\nNaN,x\n', 'file.csv: row 1 (line 2), column "a": missing value "NaN"'],
    ['a missing label', 'a,label\n1,\n', 'file.csv: row 1 (line 2), column "label": missing value ""'],
    ['an unknown label', 'a,label\n1,?\n', 'file.csv: row 1 (line 2), column "label": missing value "?"'],
    [
      'text',
      'a,label\nred,x\n',
      'file.csv: row 1 (line 2), column "a": "red" is not a number; turn texts into',
    ],
    ['hexadecimal', 'a,label\n0x10,x\n', 'column "a": "0x10" is not a number'],
    ['infinity', 'a,label\nInfinity,x\n', 'column "a": "Infinity" is not a number'],
    ['an overflow', 'a,label\n1e999,x\n', 'column "a": "1e999" is too large a number'],
    ['one class', 'a,label\n1,x\n2,x\n', 'file.csv: at least two classes are needed, all 2 samples are "x"'],
    ['an open quote', 'a,label\n1,"x\n2,y\n', 'file.csv: line 3: a quote is opened and never closed'],
    ['a stray quote', 'a,label\n1,x"y"\n', 'file.csv: line 2: a quote in the wrong place'],
  ])('refuses %s with one line that names the place', (_, text, message) => {
    let caught: unknown;
    try {
      read(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    expect((caught as Error).message).toContain(message);
    expect((caught as Error).message).not.toContain('\n');
  });

  it('holds its limits', () => {
    const limits = { record: 20, columns: 2, rows: 2, values: 3 };
    const limited = (text: string) => () => parseCsv(text, { limits });
    expect(limited('a,b,c,label\n')).toThrow('3 columns besides the label; at most 2');
    expect(limited('a,label\n1,x\n2,y\n3,x\n')).toThrow('line 4: too large: at most 2 rows');
    expect(limited('a,b,label\n1,2,x\n3,4,y\n')).toThrow('line 3: too large: at most 2 rows and 3 values');
    expect(limited(`a,label\n${'1'.repeat(30)},x\n`)).toThrow('line 2: a record of more than 20 characters');
    expect(limited(`a,label\n"${'1'.repeat(30)}",x\n`)).toThrow(
      'line 2: a record of more than 20 characters',
    );
  });

  it('shortens what it quotes', () => {
    expect(() => read(`a,label\n${'x'.repeat(500)},y\n`)).toThrow(/column "a": "x{39}…" is not/);
  });

  it('round trip: finite numbers and any names and labels come back', () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const name = fc.string({ minLength: 1, maxLength: 8 }).map((text) => `n${text.trim()}`);
    const table = fc.record({
      names: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
      rows: fc.array(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 5, maxLength: 5 }),
        {
          minLength: 2,
          maxLength: 6,
        },
      ),
      labels: fc.uniqueArray(name, { minLength: 2, maxLength: 3 }),
    });
    fc.assert(
      fc.property(table, fc.boolean(), ({ names, rows, labels }, crlf) => {
        const end = crlf ? '\r\n' : '\n';
        const lines = rows.map((row, k) =>
          [...row.slice(0, names.length).map(String), quoted(labels[k % labels.length])].join(),
        );
        const text = [[...names.map(quoted), 'label'].join(), ...lines, ''].join(end);
        const data = read(text);
        expect(data.columns).toEqual(names);
        expect(data.labels).toEqual(rows.map((_, k) => labels[k % labels.length]));
        // Adding zero turns -0, which is written as 0, into what is read.
        expect(Array.from(data.samples.values)).toEqual(
          rows.flatMap((row) => row.slice(0, names.length).map((value) => value + 0)),
        );
      }),
    );
  });
});

describe('readRecords', () => {
  it('cuts text without quotes as the quoted way does', () => {
    const collect = (text: string) => {
      const records: [number, ...string[]][] = [];
      readRecords(text, 'file', 1000, (fields, line) => records.push([line, ...fields]));
      return records;
    };
    const field = fc.stringMatching(/^[ab1 ]{0,3}$/);
    const line = fc.array(field, { minLength: 1, maxLength: 4 }).map((fields) => fields.join());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const text = lines.join(end);
        // A quoted last field sends the same text through the other reader.
        const other = collect(`${text}${end}"q"`);
        expect(other.pop()?.[1]).toBe('q');
        expect(collect(text)).toEqual(other);
      }),
    );
  });
});

describe('RecordCutter', () => {
  const cutAll = (pieces: readonly string[], delimiter?: ',' | '\t' | ';' | '|') => {
    const records: [number, ...string[]][] = [];
    const cutter = new RecordCutter(
      'file',
      1000,
      (fields, line) => records.push([line, ...fields]),
      delimiter,
    );
    for (const piece of pieces) cutter.push(piece);
    cutter.end();
    return records;
  };

  it('cuts pieces as it cuts the whole, wherever they end', () => {
    const field = fc.oneof(
      fc.stringMatching(/^[ab1 ]{0,3}$/),
      fc.stringMatching(/^[ab,;\t\n" ]{0,4}$/).map((text) => `"${text.replaceAll('"', '""')}"`),
    );
    const sign = fc.constantFrom(',' as const, '\t' as const, ';' as const, '|' as const);
    const line = fc.array(field, { minLength: 1, maxLength: 4 });
    const cuts = fc.array(fc.nat(60), { maxLength: 5 });
    const end = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), sign, end, cuts, (lines, delimiter, lineEnd, places) => {
        const text = lines.map((fields) => fields.join(delimiter)).join(lineEnd);
        const borders = [
          0,
          ...places.map((at) => Math.min(at, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const pieces = borders.slice(1).map((border, n) => text.slice(borders[n], border));
        expect(pieces.join('')).toBe(text);
        expect(cutAll(pieces, delimiter)).toEqual(cutAll([text], delimiter));
      }),
    );
  });

  it('finds what separates the fields in the first line that is not empty', () => {
    expect(cutAll(['\n \na;b,c;d\n1;2;3'])).toEqual([
      [3, 'a', 'b,c', 'd'],
      [4, '1', '2', '3'],
    ]);
    expect(cutAll(['"a;b;c",d\n1,2'])).toEqual([
      [1, 'a;b;c', 'd'],
      [2, '1', '2'],
    ]);
    expect(cutAll(['a\tb\tc\n\t2\t\n\t\t'])).toEqual([
      [1, 'a', 'b', 'c'],
      [2, '', '2', ''],
      [3, '', '', ''],
    ]);
    expect(cutAll(['a|b\n1|2'])).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]);
    expect(cutAll(['a,b;c,d;e\n'])[0]).toHaveLength(4); // of equals the comma
    expect(cutAll(['a;b,c;d,e\n'], ';')[0]).toEqual([1, 'a', 'b,c', 'd,e']);
  });
});

import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { ExtraTable, parseExtraCsv } from '../../src/data/extra.js';
import { InputError } from '../../src/errors.js';

const like = parseCsv('a,b,label\n1,2,x\n3,4,y\n5,6,x\n');
const images = { ...like, columns: undefined };

describe('parseExtraCsv', () => {
  it('reads rows and the samples they belong to, wherever the columns stand', () => {
    expect(parseExtraCsv('a,sample,b\n7,2,8\n9,0,1\n7,2,8\n', like, 'extra.csv')).toEqual({
      samples: { values: Float64Array.from([7, 8, 9, 1, 7, 8]), rows: 3, columns: 2 },
      of: [2, 0, 2],
    });
    expect(parseExtraCsv('\uFEFFlabel,a,b,sample\ny,7,8,1\n', like, 'extra.csv').of).toEqual([1]);
    expect(parseExtraCsv('sample,p0,p1\n1,7,8\n', images, 'extra.csv').of).toEqual([1]);
  });

  it('reads the same from pieces, wherever they are cut', () => {
    const text = 'label,a,sample,"b"\ny,7,1,8\nx,9,0,1\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const table = new ExtraTable(like, 'extra.csv');
      table.push(text.slice(0, cut));
      table.push(text.slice(cut));
      expect(table.finish()).toEqual(parseExtraCsv(text, like, 'extra.csv'));
    }
  });

  it.each([
    ['a,b\n1,2\n', /^e: no column named "sample" in the header; it says which row/],
    ['a,b,label\n1,2,x\n', /^e: no column named "sample"/],
    ['sample,a\n0,1\n', /^e: no column named "b", which the training data has$/],
    ['sample,a,c\n0,1,2\n', /^e: no column named "b", which the training data has; there is "c"/],
    ['sample,a,b\n3,1,2\n', /^e: row 1, column "sample": "3" is no row of the training data \(0..2\)$/],
    ['sample,a,b\n-1,1,2\n', /"-1" is no row/],
    ['sample,a,b\n0,1,2\n1.5,1,2\n', /^e: row 2, column "sample": "1.5"/],
    ['sample,a,b,label\n0,1,2,y\n', /^e: row 1: label "y", but sample 0 is of class "x"$/],
    ['sample,a,b\n0,1,q\n', /column "b": "q" is not a number/],
    ['sample,a,b\n0,1\n', /line 2 \(row 1\): 2 fields, the header has 3/],
    ['sample,a,b\n', /a header and no rows/],
    ['', /empty, not even a header/],
  ])('refuses %j', (text, message) => {
    expect(() => parseExtraCsv(text, like, 'e')).toThrow(InputError);
    expect(() => parseExtraCsv(text, like, 'e')).toThrow(message);
  });
});

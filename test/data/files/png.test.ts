import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadData } from '../../../src/data/files/load.js';
import { decodePng } from '../../../src/data/files/png.js';

const folder = mkdtempSync(join(tmpdir(), 'fewbit-png-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function chunk(name: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const all = Buffer.alloc(named.length + 8);
  all.writeUInt32BE(body.length, 0);
  named.copy(all, 4);
  all.writeUInt32BE(crc32(named), named.length + 4);
  return all;
}

interface Drawn {
  readonly width: number;
  readonly colour: number;
  /** Bytes of each line, unfiltered, of 8 bits a sample. */
  readonly lines: readonly (readonly number[])[];
  readonly filters?: readonly number[];
  readonly more?: readonly Buffer[];
  readonly depth?: number;
  readonly interlace?: number;
}

/** Writes a PNG, each line with the filter that is asked for: by the standard's formulas, forwards. */
function png({ width, colour, lines, filters = [], more = [], depth = 8, interlace = 0 }: Drawn): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(lines.length, 4);
  head.set([depth, colour, 0, 0, interlace], 8);
  const step = Math.max(1, (CHANNELS[colour] * depth) >> 3);
  const raw = lines.flatMap((line, y) => {
    const filter = filters[y] ?? 0;
    const of = (row: number, x: number) => (row < 0 || x < 0 ? 0 : lines[row][x]);
    return [
      filter,
      ...line.map((value, x) => {
        const [a, b, c] = [of(y, x - step), of(y - 1, x), of(y - 1, x - step)];
        const p = a + b - c;
        const near = [a, b, c].reduce((best, v) => (Math.abs(p - v) < Math.abs(p - best) ? v : best), a);
        return (value - [0, a, b, Math.floor((a + b) / 2), near][filter]) & 255;
      }),
    ];
  });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = chunk('IDAT', deflateSync(Buffer.from(raw)));
  return Buffer.concat([signature, chunk('IHDR', head), ...more, data, chunk('IEND', Buffer.alloc(0))]);
}

const greyOf = (drawn: Drawn) => [...decodePng(png(drawn), 'x.png').values];

describe('decodePng', () => {
  it('gives back grey images under every filter', () => {
    const image = fc.integer({ min: 1, max: 9 }).chain((width) =>
      fc.array(fc.array(fc.nat(255), { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(image, fc.array(fc.nat(4), { minLength: 6, maxLength: 6 }), (lines, filters) => {
        expect(greyOf({ width: lines[0].length, colour: 0, lines, filters })).toEqual(lines.flat());
      }),
    );
  });

  it('keeps colours where it is asked to', () => {
    const colours = (drawn: Drawn) => [...decodePng(png(drawn), 'x.png', true).values];
    expect(colours({ width: 2, colour: 2, lines: [[255, 0, 7, 10, 20, 30]] })).toEqual([
      255, 0, 7, 10, 20, 30,
    ]);
    expect(colours({ width: 1, colour: 6, lines: [[200, 100, 50, 51]] })).toEqual([40, 20, 10]);
    expect(colours({ width: 2, colour: 0, lines: [[9, 250]] })).toEqual([9, 9, 9, 250, 250, 250]);
  });

  it('makes grey of colours, palettes, alpha and few or many bits', () => {
    const filters = [4];
    expect(greyOf({ width: 2, colour: 2, lines: [[255, 0, 0, 10, 20, 30]], filters })).toEqual([76, 18]);
    expect(greyOf({ width: 2, colour: 4, lines: [[200, 255, 200, 51]], filters })).toEqual([200, 40]);
    expect(greyOf({ width: 1, colour: 6, lines: [[255, 255, 255, 0]], filters })).toEqual([0]);
    const more = [
      chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255, 0, 255, 0])),
      chunk('tRNS', Buffer.from([255, 51])),
    ];
    expect(greyOf({ width: 3, colour: 3, lines: [[0, 1, 2]], more })).toEqual([0, 51, 150]);
    expect(greyOf({ width: 4, colour: 3, depth: 2, lines: [[0b00011000]], more })).toEqual([0, 51, 150, 0]);
    expect(greyOf({ width: 5, colour: 0, depth: 1, lines: [[0b10110000]] })).toEqual([255, 0, 255, 255, 0]);
    expect(greyOf({ width: 1, colour: 0, depth: 16, lines: [[77, 200]] })).toEqual([77]);
  });

  it('refuses what is damaged with one line', () => {
    const good = png({ width: 2, colour: 0, lines: [[1, 2]] });
    const spoilt = (at: number) => Buffer.from(good.map((byte, k) => (k === at ? byte ^ 1 : byte)));
    expect(() => decodePng(Buffer.from('GIF89a..'), 'a.png')).toThrow('a.png: is no PNG image');
    expect(() => decodePng(spoilt(19), 'a.png')).toThrow('a.png: damaged PNG image (checksum of IHDR)');
    expect(() => decodePng(good.subarray(0, good.length - 5), 'a.png')).toThrow('a.png: truncated PNG image');
    for (let end = 0; end < good.length; end++)
      expect(() => decodePng(good.subarray(0, end), 'a.png')).toThrow('a.png: ');
    expect(() => decodePng(png({ width: 2, colour: 0, lines: [[1, 2, 3]] }), 'a.png')).toThrow('(its data)');
    expect(() => decodePng(png({ width: 2, colour: 0, lines: [[1, 2]], interlace: 1 }), 'a.png')).toThrow(
      'interlaced',
    );
    expect(() => decodePng(png({ width: 1, colour: 3, lines: [[3]] }), 'a.png')).toThrow('(its palette)');
  });
});

describe('a folder of images by class', () => {
  const put = (path: string, value: number, width = 2): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(
      join(folder, path),
      png({ width, colour: 0, lines: [new Array<number>(width).fill(value)] }),
    );
  };

  it('is read in the order of classes and of numbers in names', async () => {
    for (const [path, value] of [
      ['p/10/b.png', 1],
      ['p/9/img10.png', 3],
      ['p/9/img2.PNG', 2],
    ] as const)
      put(path, value);
    writeFileSync(join(folder, 'p', '9', 'notes.txt'), 'x');
    const { train, test } = await loadData(join(folder, 'p'));
    expect(train).toMatchObject({
      labels: ['9', '9', '10'],
      classes: ['9', '10'],
      image: { width: 2, height: 1 },
    });
    expect([...train.samples.values]).toEqual([2, 2, 3, 3, 1, 1]);
    expect(test).toBeUndefined();
  });

  it('may have a test part', async () => {
    put('q/train/a/1.png', 1);
    put('q/train/b/1.png', 2);
    put('q/test/b/1.png', 3);
    const { train, test } = await loadData(join(folder, 'q'));
    expect([train.labels, test?.labels, test?.classes]).toEqual([['a', 'b'], ['b'], ['a', 'b']]);
    put('q/test/b/2.png', 3, 5);
    await expect(loadData(join(folder, 'q'))).rejects.toThrow(
      '2.png: 5 x 1 pixels, but the first training image has 2 x 1',
    );
  });

  it('is refused with images of one class, or none', async () => {
    put('r/only/1.png', 1);
    await expect(loadData(join(folder, 'r'))).rejects.toThrow('at least two classes are needed');
    mkdirSync(join(folder, 'empty', 'a'), { recursive: true });
    await expect(loadData(join(folder, 'empty'))).rejects.toThrow('nor folders of PNG images, one a class');
    put('empty/1.png', 1);
    await expect(loadData(join(folder, 'empty'))).rejects.toThrow('they belong in a folder a class, such as');
  });

  it('is refused with pictures that would go missing', async () => {
    put('s/a/1.png', 1);
    put('s/b/1.png', 1);
    writeFileSync(join(folder, 's', 'b', '2.JPG'), '');
    await expect(loadData(join(folder, 's'))).rejects.toThrow(
      '2.JPG: of pictures only PNG is read; convert it',
    );
  });
});

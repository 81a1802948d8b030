import { crc32, inflateSync } from 'node:zlib';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { greyOf } from '../grey.js';

/** Values of an image, row by row from the top, 0 black to 255 white: one a pixel, or three in colour. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples of a pixel by colour type: grey, colour, palette, grey with alpha, colour with alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/**
 * Reads a PNG (ISO/IEC 15948) as grey: of colours as all images have it (grey.ts), or as red, green and blue, all three the same of a grey one; samples of fewer
 * than 8 bits are spread over 0..255, of 16 bits the high byte is taken; alpha darkens, so that what is transparent is black. Gamma and
 * colour profiles are not looked at. Written out here rather than taken from a package: what images of few pixels need is a page.
 *
 * @throws InputError naming what is damaged, and for interlaced images
 */
export function decodePng(bytes: Uint8Array, where: string, inColour = false): PngImage {
  const fault = (what: string): InputError => new InputError(`${where}: ${what}`);
  if (SIGNATURE.some((byte, at) => bytes[at] !== byte)) throw fault('is no PNG image');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let clear: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  let isWhole = false;
  for (let at = SIGNATURE.length; at + 12 <= bytes.length && !isWhole; ) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) throw fault('truncated PNG image');
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      throw fault(`damaged PNG image (checksum of ${name})`);
    }
    if (name === 'IHDR') header = readHeader(body, fault);
    else if (header === undefined) throw fault('damaged PNG image (no header)');
    else if (name === 'PLTE') palette = body;
    else if (name === 'tRNS') clear = body;
    else if (name === 'IDAT') data.push(body);
    else if (name === 'IEND') isWhole = true;
    at += 12 + length;
  }
  if (header === undefined || !isWhole) throw fault('truncated PNG image');
  const { width, height, depth, colour } = header;
  const stride = Math.ceil((width * CHANNELS[colour] * depth) / 8);
  const lines = unfiltered(inflated(data, (stride + 1) * height, fault), stride, height, header, fault);
  const values = new Uint8Array(width * height * (inColour ? 3 : 1));
  for (let y = 0; y < height; y++) {
    const line = lines.subarray(y * stride, (y + 1) * stride);
    readLine(line, header, palette, clear, fault, (x, red, green, blue, alpha) => {
      const lit = (level: number): number => (alpha === 255 ? level : Math.round((level * alpha) / 255));
      const at = y * width + x;
      if (inColour) values.set([lit(red), lit(green), lit(blue)], 3 * at);
      // Of grey the same in all three, the grey is that again.
      else values[at] = lit(greyOf(red, green, blue));
    });
  }
  return { width, height, values };
}

type Fault = (what: string) => InputError;

function readHeader(body: Uint8Array, fault: Fault): Header {
  if (body.length !== 13) throw fault('damaged PNG image (header)');
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, packing, filter, interlace] = body.subarray(8);
  if (width === 0 || height === 0 || packing !== 0 || filter !== 0 || !DEPTHS[colour]?.includes(depth)) {
    throw fault('damaged PNG image (header)');
  }
  if (width * height > LIMITS.columns) {
    throw fault(`${width} x ${height} pixels; at most ${LIMITS.columns} are supported`);
  }
  if (interlace !== 0) throw fault('an interlaced PNG image; save it without');
  return { width, height, depth, colour };
}

function inflated(data: readonly Uint8Array[], size: number, fault: Fault): Uint8Array {
  try {
    const all = inflateSync(Buffer.concat(data), { maxOutputLength: size });
    if (all.length === size) return all;
  } catch {
    // The same line: what the decompressor says is no help.
  }
  throw fault('damaged PNG image (its data)');
}

/** Takes the filters off (section 9 of the standard), in place; the lines without their first byte. */
function unfiltered(
  raw: Uint8Array,
  stride: number,
  height: number,
  { depth, colour }: Header,
  fault: Fault,
): Uint8Array {
  const lines = new Uint8Array(stride * height);
  const step = Math.max(1, (CHANNELS[colour] * depth) >> 3);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    if (filter > 4) throw fault('damaged PNG image (a filter)');
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? lines[to + x - step] : 0;
      const above = y > 0 ? lines[to + x - stride] : 0;
      const corner = x >= step && y > 0 ? lines[to + x - stride - step] : 0;
      const guess = [0, left, above, (left + above) >> 1, filter === 4 ? paeth(left, above, corner) : 0][
        filter
      ];
      lines[to + x] = raw[from + x] + guess;
    }
  }
  return lines;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/** Takes the pixels of a line one by one. */
type TakePixel = (x: number, red: number, green: number, blue: number, alpha: number) => void;

function readLine(
  line: Uint8Array,
  { width, depth, colour }: Header,
  palette: Uint8Array | undefined,
  clear: Uint8Array | undefined,
  fault: Fault,
  take: TakePixel,
): void {
  const channels = CHANNELS[colour];
  const most = 2 ** depth - 1;
  /** Sample k of the line as it is; of 16 bits the high byte. */
  const sample = (k: number): number => {
    if (depth === 8) return line[k];
    if (depth === 16) return line[2 * k];
    const bit = k * depth;
    return (line[bit >> 3] >> (8 - depth - (bit & 7))) & most;
  };
  for (let x = 0; x < width; x++) {
    const k = x * channels;
    const value = sample(k);
    if (colour === 3) {
      if (palette === undefined || 3 * value + 2 >= palette.length)
        throw fault('damaged PNG image (its palette)');
      const [red, green, blue] = palette.subarray(3 * value, 3 * value + 3);
      take(x, red, green, blue, clear?.[value] ?? 255);
    } else if (colour === 0 || colour === 4) {
      const level = depth < 8 ? Math.round((value * 255) / most) : value;
      take(x, level, level, level, colour === 4 ? sample(k + 1) : 255);
    } else take(x, value, sample(k + 1), sample(k + 2), colour === 6 ? sample(k + 3) : 255);
  }
}

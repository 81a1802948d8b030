import { InputError } from '../errors.js';
import { nearest } from '../option-names.js';
import { quoted, show } from '../printable.js';
import type { FeatureSpec, HogSpec, ImageSize } from './types.js';

/** The version of the map: what the integers are. Another one would be another map under the same name. */
export const FEATURES_VERSION = 1;

/** The least side of an image that has features. */
export const LEAST_SIDE = 8;
/** The longest: moments of longer images would leave the whole numbers of a double. */
export const MOST_SIDE = 4096;

interface Option {
  readonly least: number;
  readonly most: number;
  readonly default: number;
  /** The only other value than the least. */
  readonly isPair?: true;
}

const CHANNELS: Option = { least: 1, most: 3, default: 1, isPair: true };

const OPTIONS: Readonly<Record<FeatureSpec['name'], Readonly<Record<string, Option>>>> = {
  deskew: {
    root: { least: 0, most: 1, default: 0 },
    mean: { least: 0, most: 100, default: 0 },
    ends: { least: 0, most: 100, default: 0 },
    channels: CHANNELS,
  },
  hog: {
    cell: { least: 2, most: 64, default: 4 },
    bins: { least: 4, most: 36, default: 12 },
    zoom: { least: 1, most: 8, default: 1 },
    deskew: { least: 0, most: 1, default: 1 },
    mean: { least: 0, most: 100, default: 100 },
    ends: { least: 0, most: 100, default: 0 },
    channels: CHANNELS,
  },
};

/** Options that models of the first days do not name: the least value there. */
const LATER: ReadonlySet<string> = new Set(['ends', 'channels']);

/** Cells along the smaller side that `auto` wants, at least so many pixels in each of a canvas that is at least so large. */
const AUTO_CELLS = 7;
const AUTO_LEAST_CELL = 4;
const AUTO_LEAST_SIDE = 20;

/** What all networks on so many features have at most, in bytes. */
export type BytesOf = (features: number) => number;

/**
 * `--features`: a name, and options such as `cell=4`; `undefined` is `none`.
 *
 * @param bytesOf what `auto,bytes=N` counts by; without it there is no such option
 * @throws InputError
 */
export function parseFeatures(
  text: string,
  image: ImageSize | undefined,
  bytesOf?: BytesOf,
): FeatureSpec | undefined {
  if (typeof text !== 'string') throw new InputError(`features: expected a name, got ${show(text)}`);
  const [name, ...entries] = text.split(',').map((part) => part.trim());
  if (name === 'auto') {
    const rest = entries.filter((entry) => channelsAsked(entry) === 1);
    if (rest.length < entries.length) {
      const inAll = bytesOf && ((count: number): number => bytesOf(3 * count));
      const auto = parseFeatures(['auto', ...rest].join(','), image, inAll) as HogSpec;
      featureCount({ ...auto, channels: 3 }, checkSize(image));
      return { ...auto, channels: 3 };
    }
  }
  if (name === 'auto' && entries.length > 0 && bytesOf !== undefined) {
    const given = entries.join(',');
    const most = /^bytes\s*=\s*(\d{1,15})$/.exec(given)?.[1];
    if (most === undefined)
      throw new InputError(`features: auto has the options bytes=N and channels=3, got ${quoted(given)}`);
    return smallFeatures(checkSize(image), Number(most), bytesOf);
  }
  if (name === 'none' || name === 'auto') {
    if (entries.length > 0)
      throw new InputError(`features: ${name} has no options, got ${quoted(entries[0])}`);
    if (name === 'none') return undefined;
    return autoFeatures(checkSize(image));
  }
  if (!Object.hasOwn(OPTIONS, name)) {
    throw new InputError(`features: expected none, deskew, hog or auto, got ${quoted(name)}`);
  }
  const size = checkSize(image);
  const kind = name as FeatureSpec['name'];
  const spec = specOf(kind, readEntries(kind, entries));
  featureCount(spec, size);
  return spec;
}

function readEntries(name: FeatureSpec['name'], entries: readonly string[]): Map<string, number> {
  const known = OPTIONS[name];
  const values = new Map<string, number>();
  for (const entry of entries) {
    const [key, value, ...rest] = entry.split('=').map((part) => part.trim());
    if (!Object.hasOwn(known, key) || value === undefined || rest.length > 0) {
      const near = nearest(key, Object.keys(known));
      const hint =
        near === undefined ? `there are ${Object.keys(known).join(', ')}` : `did you mean "${near}=N"?`;
      throw new InputError(`features: ${quoted(entry)} is no option of ${name}; ${hint}`);
    }
    if (values.has(key)) throw new InputError(`features: ${key} is given twice`);
    const { least, most, isPair } = known[key];
    const number = Number(value);
    if (isPair && value !== `${least}` && value !== `${most}`)
      throw new InputError(`features: ${key} must be ${least} or ${most}, got ${quoted(value)}`);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new InputError(
        `features: ${key} must be a whole number in ${least}..${most}, got ${quoted(value)}`,
      );
    }
    values.set(key, number);
  }
  return values;
}

function specOf(name: FeatureSpec['name'], given: ReadonlyMap<string, number>): FeatureSpec {
  const value = (key: string): number => given.get(key) ?? OPTIONS[name][key].default;
  if (name === 'deskew')
    return {
      name,
      root: value('root') === 1,
      mean: value('mean'),
      ends: value('ends'),
      channels: value('channels'),
    };
  return {
    name,
    cell: value('cell'),
    bins: value('bins'),
    zoom: value('zoom'),
    deskew: value('deskew') === 1,
    mean: value('mean'),
    ends: value('ends'),
    channels: value('channels'),
  };
}

/**
 * The map that suits images of a size: seven cells along the smaller side, on a canvas that is large enough for them to be
 * of some pixels each. One rule for all image data; docs/features.md has what was measured.
 */
export function autoFeatures(image: ImageSize): HogSpec {
  const side = Math.min(image.width, image.height);
  const zoom = Math.min(OPTIONS.hog.zoom.most, Math.ceil(AUTO_LEAST_SIDE / side));
  const cell = Math.min(
    OPTIONS.hog.cell.most,
    Math.max(AUTO_LEAST_CELL, Math.round((zoom * side) / AUTO_CELLS)),
  );
  return { ...(specOf('hog', new Map()) as HogSpec), zoom, cell };
}

/** Directions that a map of few bytes may have; fewer of them lose more than larger cells do (docs/features.md). */
const SMALL_BINS = [12, 10];

/**
 * The finest map of which all networks have at most so many bytes: fewer cells along the smaller side, first with all directions. Throws
 * `InputError` where two cells are too many.
 */
function smallFeatures(image: ImageSize, most: number, bytesOf: BytesOf): HogSpec {
  const auto = autoFeatures(image);
  const side = auto.zoom * Math.min(image.width, image.height);
  let least = Number.POSITIVE_INFINITY;
  for (let cells = AUTO_CELLS; cells >= 2; cells--) {
    const cell = cells === AUTO_CELLS ? auto.cell : Math.floor(side / cells);
    if (cell < auto.cell || cell > OPTIONS.hog.cell.most) continue;
    for (const bins of SMALL_BINS) {
      const spec = { ...auto, cell, bins };
      const bytes = bytesOf(featureCount(spec, image));
      if (bytes <= most) return spec;
      least = Math.min(least, bytes);
    }
  }
  throw new InputError(
    `features: auto makes networks of ${least} bytes in all at least, more than bytes=${most}`,
  );
}

/**
 * The name with its options, in one order: what a training records, and what `parseFeatures` reads back as the same. Options that came later
 * are said where they are not the least, so that a map of the first days has the name that it had.
 */
export function featuresText(spec: FeatureSpec): string {
  const fields = spec as unknown as Readonly<Record<string, number | boolean>>;
  const entries = Object.keys(OPTIONS[spec.name])
    .filter((key) => !LATER.has(key) || Number(fields[key]) !== OPTIONS[spec.name][key].least)
    .map((key) => `${key}=${Number(fields[key])}`);
  return [spec.name, ...entries].join(',');
}

/** A spec of a model file: every option a field. Throws `InputError` naming the field. */
export function checkSpec(fields: Readonly<Record<string, unknown>>, image: ImageSize): FeatureSpec {
  const { name } = fields;
  if (name !== 'deskew' && name !== 'hog') {
    throw new InputError(`name: expected deskew or hog, got ${show(name)}`);
  }
  const given = new Map<string, number>();
  for (const [key, { least, most, isPair }] of Object.entries(OPTIONS[name])) {
    const value = fields[key] === undefined && LATER.has(key) ? least : fields[key];
    const number = typeof value === 'boolean' && most === 1 ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
      throw new InputError(`${key}: expected a whole number in ${least}..${most}, got ${show(value)}`);
    }
    if (isPair && number !== least && number !== most)
      throw new InputError(`${key}: expected ${least} or ${most}, got ${show(value)}`);
    given.set(key, number);
  }
  const spec = specOf(name, given);
  featureCount(spec, checkSize(image));
  return spec;
}

function checkSize(image: ImageSize | undefined): ImageSize {
  if (image === undefined) {
    throw new InputError(
      'features: needs images, and the width and height of this data are not known (option image-shape)',
    );
  }
  const { width, height } = image;
  if (Math.min(width, height) < LEAST_SIDE || Math.max(width, height) > MOST_SIDE) {
    throw new InputError(
      `features: images have sides of ${LEAST_SIDE}..${MOST_SIDE} pixels, these have ${width} x ${height}`,
    );
  }
  return image;
}

/** The shape of the histograms: cells along each axis of the canvas, and where the first one begins. */
export interface HogShape {
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
  readonly left: number;
  readonly top: number;
}

export function hogShape({ cell, zoom }: HogSpec, { width, height }: ImageSize): HogShape {
  const [canvasWidth, canvasHeight] = [zoom * width, zoom * height];
  const [across, down] = [Math.floor(canvasWidth / cell), Math.floor(canvasHeight / cell)];
  return {
    width: canvasWidth,
    height: canvasHeight,
    across,
    down,
    left: (canvasWidth - across * cell) >> 1,
    top: (canvasHeight - down * cell) >> 1,
  };
}

/** Networks have so many inputs at most. */
const MOST_FEATURES = 65536;

/** How many features an image has. Throws `InputError` where the map does not fit the image. */
export function featureCount(spec: FeatureSpec, image: ImageSize): number {
  const { width, height } = image;
  if (spec.name === 'deskew') return checkCount(spec, image, width * height * spec.channels);
  const { across, down } = hogShape(spec, image);
  if (across < 2 || down < 2) {
    throw new InputError(
      `features: cell=${spec.cell} is too large for images of ${width} x ${height}: there must be two cells a side`,
    );
  }
  return checkCount(spec, image, (across - 1) * (down - 1) * 4 * spec.bins * spec.channels);
}

function checkCount(spec: FeatureSpec, { width, height }: ImageSize, count: number): number {
  if (count > MOST_FEATURES) {
    throw new InputError(
      `features: ${featuresText(spec)} makes ${count} features of ${width} x ${height} pixels, at most ${MOST_FEATURES} are supported; take larger cells`,
    );
  }
  return count;
}

/** How many values a pixel has for what `--features` says: 3 with `channels=3`, else 1. Says nothing about whether the rest can be read. */
export function channelsAsked(text: string | undefined): 1 | 3 {
  return typeof text === 'string' && /(^|,)\s*channels\s*=\s*3\s*(,|$)/.test(text) ? 3 : 1;
}

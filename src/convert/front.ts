import type { Encoding } from '../data/encoding.js';
import {
  COLUMN_END,
  COMMON_END,
  MAX_SCALED_VALUE,
  rootOf,
  type Scaling,
  scaledValue,
} from '../data/scaling.js';
import { type EnsembleModel, valuesOfSample } from '../ensemble/model/model.js';
import { InputError } from '../errors.js';
import type { FittedFeatures, ImageSize } from '../features/index.js';
import { type Column, type Ratio, stepColumn } from './steps.js';

/*
 * How the caller's values become the integers that networks read, chosen so that a small machine does as little as it can:
 * nothing where the data are whole, a table of 256 entries for roots of greys, whole-number lines and thresholds for decimals, and
 * doubles only where real values come in as `float`.
 */

/** What an input is in C. */
export type InputType = 'uint8' | 'int16' | 'int32' | 'float';

export type Front = {
  readonly input: InputType;
  /** Inputs are whole numbers of `10^-decimals`. */
  readonly decimals: number;
  /** Values that the caller gives; networks read as many, but for features. */
  readonly values: number;
  /** Least and greatest integer of any column, before `offset` is taken off. */
  readonly low: number;
  readonly high: number;
} & (
  | { readonly kind: 'direct' }
  /** `values[x] - offset[column]`; offsets go into the sums. */
  | { readonly kind: 'table'; readonly table: readonly number[]; readonly offset: readonly number[] }
  /** Features 0..255 of an image of bytes, less `offset`, which goes into the sums. */
  | {
      readonly kind: 'features';
      readonly fitted: FittedFeatures;
      readonly image: ImageSize;
      readonly offset: readonly number[];
    }
  /** Whole numbers through a step function a column; a single one serves all inputs. */
  | { readonly kind: 'columns'; readonly columns: readonly Column[] }
  /** Every column for itself; several inputs may come of one. */
  | { readonly kind: 'encoded'; readonly encoding: Encoding }
  /** `quantile` of real values: thresholds rounded up to floats. */
  | { readonly kind: 'levels'; readonly thresholds: readonly (readonly number[])[] }
  /** `factor` and `centred` of real values, in doubles as docs/formats.md has them. */
  | {
      readonly kind: 'doubles';
      readonly middle: readonly number[] | null;
      readonly half: readonly number[] | null;
      readonly factor: number;
      readonly limit: number;
    }
);

export interface FrontOptions {
  /** Whole numbers of `10^-decimals` instead of the values themselves. */
  readonly decimals?: number;
  readonly image?: ImageSize;
  /** Of the caller. */
  readonly values: number;
  readonly features?: FittedFeatures;
}

const BYTE = 255;
const INT16 = 32768;

/** Chooses the front of a scaling. Throws `InputError` where there is none. */
export function frontOf(scaling: Scaling, options: FrontOptions): Front {
  const { decimals, image, values, features } = options;
  if (features !== undefined && image !== undefined) return featureFront(scaling, features, image, decimals);
  if (decimals !== undefined && decimals > 0) {
    if (scaling.kind === 'contrast')
      throw new InputError('decimals: greys of a model with contrast are bytes');
    return wholeColumns(scaling, decimals, values);
  }
  switch (scaling.kind) {
    case 'identity':
      return image !== undefined
        ? { kind: 'direct', input: 'uint8', decimals: 0, values, low: 0, high: BYTE }
        : { kind: 'direct', input: 'int16', decimals: 0, values, low: -INT16, high: INT16 - 1 };
    case 'contrast': {
      const table = Array.from({ length: BYTE + 1 }, (_, x) => rootOf(x, scaling.white));
      const high = table[BYTE];
      return {
        kind: 'table',
        input: 'uint8',
        decimals: 0,
        values,
        table,
        offset: scaling.middle,
        low: 0,
        high,
      };
    }
    case 'quantile':
      if (decimals === 0) return wholeColumns(scaling, 0, values);
      return {
        kind: 'levels',
        input: 'float',
        decimals: 0,
        values,
        thresholds: scaling.thresholds.map((column) => column.map(floatFrom)),
        low: -127,
        high: 127,
      };
    case 'factor':
    case 'centred': {
      if (decimals === 0) return wholeColumns(scaling, 0, values);
      const centred = scaling.kind === 'centred';
      const end = centred ? (scaling.end ?? 127) : 0;
      const limit = centred ? 2 * end + 1 : MAX_SCALED_VALUE;
      return {
        kind: 'doubles',
        input: 'float',
        decimals: 0,
        values,
        middle: centred ? scaling.middle : null,
        half: centred ? scaling.half : null,
        factor: centred ? end : scaling.factor,
        limit,
        low: -limit,
        high: limit,
      };
    }
  }
}

function featureFront(
  scaling: Scaling,
  fitted: FittedFeatures,
  image: ImageSize,
  decimals: number | undefined,
): Front {
  if (scaling.kind !== 'identity') {
    throw new InputError(
      'features: of images whose grey values are whole numbers only; this model scales them',
    );
  }
  if (decimals !== undefined) throw new InputError('decimals: grey values of a model on features are bytes');
  return {
    kind: 'features',
    input: 'uint8',
    decimals: 0,
    values: image.width * image.height * fitted.spec.channels,
    low: 0,
    high: BYTE,
    fitted,
    image,
    offset: fitted.middle,
  };
}

/** The front of a model. */
export function modelFront(model: EnsembleModel, decimals?: number): Front {
  const { scaling, image, features, encoding } = model;
  if (encoding !== undefined) return encodedFront(encoding, decimals);
  return frontOf(scaling, { decimals, image, values: valuesOfSample(model), features });
}

/** Columns as they are in the data, levels as their places: the networks' inputs are made of them. */
function encodedFront(encoding: Encoding, decimals: number | undefined): Front {
  if (decimals !== undefined) {
    throw new InputError('decimals: not for a model with an encoding; its columns are floats');
  }
  let [low, high] = [0, encoding.one];
  for (const column of encoding.columns) {
    const limit =
      column.kind === 'range'
        ? 2 * column.end + 1
        : column.kind === 'whole'
          ? MAX_SCALED_VALUE
          : column.kind === 'rank'
            ? COLUMN_END
            : 0;
    low = Math.min(low, -limit);
    high = Math.max(high, limit);
  }
  return {
    kind: 'encoded',
    input: 'float',
    decimals: 0,
    values: encoding.columns.length,
    low,
    high,
    encoding,
  };
}

/** The least float that is not below a double. */
export function floatFrom(value: number): number {
  const near = Math.fround(value);
  if (near >= value) return near;
  const bits = new Int32Array(new Float32Array([near]).buffer);
  // Below zero the magnitude has to shrink; of zero itself the least positive float follows.
  if (near === 0) return 2 ** -149;
  bits[0] += near > 0 ? 1 : -1;
  return new Float32Array(bits.buffer)[0];
}

/** The value that a whole number of `10^-decimals` stands for: the double nearest to the decimal. */
export function decimalValue(whole: number, decimals: number): number {
  // Both are exact in a double, so the quotient is the nearest one.
  return whole / 10 ** decimals;
}

/** Steps that are listed one by one, of all columns: beyond this nothing is small any more. */
const MOST_STEPS = 20_000;

function wholeColumns(scaling: Scaling, decimals: number, inputs: number): Front {
  const columnOf = (column: number): Column =>
    stepColumn(
      (whole) => scaledValue(scaling, decimalValue(whole, decimals), column),
      ratioOf(scaling, decimals, column),
    );
  // One scaling for all columns is one column.
  const isCommon = scaling.kind === 'identity' || scaling.kind === 'factor';
  let listed = 0;
  const columns = Array.from({ length: isCommon ? 1 : inputs }, (_, column) => {
    const made = columnOf(column);
    listed += made.steps.length;
    if (listed <= MOST_STEPS) return made;
    throw new InputError(
      `decimals: the scaling of input ${column} is no line over whole numbers of 10^-${decimals}; leave --decimals out`,
    );
  });
  const isShort = columns.every(({ low, high }) => low >= -INT16 && high < INT16);
  const levels = columns.flatMap(({ least, most }) => [least, most]);
  return {
    kind: 'columns',
    input: isShort ? 'int16' : 'int32',
    decimals,
    values: inputs,
    columns,
    low: levels.reduce((a, b) => Math.min(a, b), 0),
    high: levels.reduce((a, b) => Math.max(a, b), 0),
  };
}

/**
 * The value of a row as the caller of the converted model gives it, or what is wrong with it: bytes and whole numbers as they are,
 * floats rounded from doubles.
 */
export function inputValue(front: Front, value: number): number {
  switch (front.input) {
    case 'float':
      return Math.fround(value);
    case 'uint8':
      if (Number.isInteger(value) && value >= 0 && value <= BYTE) return value;
      throw new InputError(`${value} is no byte (0..${BYTE}), which the converted model takes`);
    default: {
      const whole = Math.round(value * 10 ** front.decimals);
      if (decimalValue(whole, front.decimals) !== value) {
        const what = front.decimals === 0 ? 'no whole number' : `no multiple of 10^-${front.decimals}`;
        throw new InputError(`${value} is ${what}, which the converted model takes; say --decimals`);
      }
      const most = front.input === 'int16' ? INT16 - 1 : 2 ** 31 - 1;
      return Math.max(-most, Math.min(most, whole));
    }
  }
}

/** What a value of the converted model stands for in the units of the data. */
export function rawValue(front: Front, value: number): number {
  return front.decimals === 0 ? value : decimalValue(value, front.decimals);
}

/** Roots of bytes beyond 255 only where the brightest training value was darker. */
export function rootsAreBytes(front: Front): boolean {
  return front.kind === 'table' && front.high <= COMMON_END;
}

/** What a scaling makes of whole numbers of `10^-decimals`, halves up, before doubles round it; `null` for no line. */
function ratioOf(scaling: Scaling, decimals: number, column: number): Ratio | null {
  const ten = (power: number): bigint => 10n ** BigInt(power);
  if (scaling.kind === 'identity') return { slope: 2n, shift: ten(decimals), divisor: 2n * ten(decimals) };
  if (scaling.kind === 'factor') return factorRatio(scaling.factor, decimals);
  if (scaling.kind !== 'centred') return null;
  const end = BigInt(scaling.end ?? 127);
  for (let more = decimals; more <= MAX_DECIMALS; more++) {
    // Both are sums and differences of the ends of the range, and as exact as these.
    const size = Math.abs(scaling.middle[column]) + scaling.half[column];
    const middle = halves(scaling.middle[column], more, size);
    const half = halves(scaling.half[column], more, size);
    if (middle === null || half === null || half === 0n) continue;
    // (2 x 10^(more - decimals) - middle) end / half, and a half on top.
    const slope = 4n * end * ten(more - decimals);
    return { slope, shift: half - 2n * end * middle, divisor: 2n * half };
  }
  return null;
}

/** A factor is a decimal, or 255 (32767 in 16 bits) over one. */
function factorRatio(factor: number, decimals: number): Ratio | null {
  const unit = 10n ** BigInt(decimals);
  for (const over of [0, 255, 32767]) {
    for (let more = 0; more <= MAX_DECIMALS; more++) {
      const part = halves(over === 0 ? factor : over / factor, more);
      if (part === null || part === 0n) continue;
      const two = 2n * 10n ** BigInt(more);
      const [times, by] = over === 0 ? [part, two * unit] : [BigInt(over) * two, part * unit];
      return { slope: 2n * times, shift: by, divisor: 2n * by };
    }
  }
  return null;
}

const MAX_DECIMALS = 9;

/** A double as a whole number of `10^-decimals / 2`, where it is one but for its last bits. */
function halves(value: number, decimals: number, size = Math.abs(value)): bigint | null {
  const scaled = value * 2 * 10 ** decimals;
  const whole = Math.round(scaled);
  if (!Number.isSafeInteger(whole)) return null;
  return Math.abs(scaled - whole) <= size * 2 * 10 ** decimals * 1e-14 ? BigInt(whole) : null;
}

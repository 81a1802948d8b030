import { InputError } from '../errors.js';
import { type RandomSource, sfc32 } from '../random.js';
import { affineMap, randomAffine } from './affine.js';
import { ELASTIC_DEFAULTS, isGeometric, type PerturbationSet } from './description.js';
import { elasticField } from './elastic.js';
import { IDENTITY, resample } from './resample.js';
import { shifted } from './shift.js';

/** Width and height of an image in pixels. */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
}

/** Streams of the generator, so that asking for more copies of one kind leaves those of the other as they were. */
const AFFINE_STREAM = 1;
const ELASTIC_STREAM = 2;

/**
 * The family of a sample: the sample itself first, then its copies under the set, each once. Together with the
 * L-infinity box round each member that is the whole set, so what is checked on all of them holds for all of it.
 *
 * Random copies are drawn from the seed and the sample's own content, not from where the sample stands: the same image
 * has the same family in every pair, in training and in evaluation, in every order. Asked for more copies, the first
 * ones stay the same. Integers only; the same bytes on every platform.
 *
 * @param row integers of magnitudes up to 32767, row by row from the top; in colour three a pixel, which all move alike
 * @param image needed where the set moves images
 * @throws InputError when there is no image shape, or another than the row has
 */
export function perturbationFamily(
  row: ArrayLike<number>,
  image: ImageShape | undefined,
  set: PerturbationSet,
  seed = 0,
): Int32Array[] {
  const own = Int32Array.from(row);
  if (!isGeometric(set)) return [own];
  if (image === undefined) throw new InputError('perturb: needs the width and height of the images');
  const { width, height } = image;
  if (!Number.isInteger(width) || !Number.isInteger(height) || !isPicture(own.length, width * height)) {
    throw new InputError(`perturb: ${width} x ${height} pixels expected, got ${own.length}`);
  }
  const members = new Distinct();
  members.add(own);
  for (const copy of exactCopies(own, image, set)) members.add(copy);
  for (const copy of randomCopies(own, image, set, seed)) members.add(copy);
  return members.list;
}

/** How many members a family has at most: copies that coincide count once. */
export function familyBound(set: PerturbationSet): number {
  const moves = (2 * set.shift + 1) ** 2 - 1;
  const kinds = [set.rotate, set.scale ?? 0, set.shear ?? 0].filter((amount) => amount > 0).length;
  const exact = set.joint ? (moves + 1) * 3 ** kinds - 1 : moves + 2 * kinds;
  return 1 + exact + (set.affine?.copies ?? 0) + (set.elastic?.copies ?? 0);
}

/** One amount of each kind; all 0 is the image itself. */
interface Exact {
  readonly right: number;
  readonly down: number;
  readonly rotate: number;
  readonly scale: number;
  readonly shear: number;
}

const STILL: Exact = { right: 0, down: 0, rotate: 0, scale: 0, shear: 0 };

function* exactCopies(own: Int32Array, image: ImageShape, set: PerturbationSet): Generator<Int32Array> {
  for (const amounts of set.joint ? everyCombination(set) : oneAtATime(set)) {
    yield exactCopy(own, image, amounts);
  }
}

function* oneAtATime(set: PerturbationSet): Generator<Exact> {
  for (const [right, down] of moves(set.shift)) yield { ...STILL, right, down };
  for (const kind of ['rotate', 'scale', 'shear'] as const) {
    const amount = set[kind] ?? 0;
    if (amount > 0)
      yield* [
        { ...STILL, [kind]: amount },
        { ...STILL, [kind]: -amount },
      ];
  }
}

function* everyCombination(set: PerturbationSet): Generator<Exact> {
  const amounts = (amount = 0): number[] => (amount > 0 ? [0, amount, -amount] : [0]);
  for (const shear of amounts(set.shear)) {
    for (const scale of amounts(set.scale)) {
      for (const rotate of amounts(set.rotate)) {
        for (const [right, down] of moves(set.shift)) yield { right, down, rotate, scale, shear };
      }
    }
  }
}

/** All moves by up to `most` pixels in each direction, row by row, the standstill among them. */
function* moves(most: number): Generator<[right: number, down: number]> {
  for (let down = -most; down <= most; down++) {
    for (let right = -most; right <= most; right++) yield [right, down];
  }
}

/** Grey, or with the three colours of a pixel one after another. */
function isPicture(values: number, pixels: number): boolean {
  return values === pixels || values === 3 * pixels;
}

/** A motion of a picture, channel by channel. */
function moved(
  own: Int32Array,
  { width, height }: ImageShape,
  motion: (plane: Int32Array) => Int32Array,
): Int32Array {
  const pixels = width * height;
  if (own.length === pixels) return motion(own);
  const channels = own.length / pixels;
  const copy = new Int32Array(own.length);
  for (let channel = 0; channel < channels; channel++) {
    const plane = motion(Int32Array.from({ length: pixels }, (_, at) => own[at * channels + channel]));
    for (let at = 0; at < pixels; at++) copy[at * channels + channel] = plane[at];
  }
  return copy;
}

function exactCopy(own: Int32Array, image: ImageShape, amounts: Exact): Int32Array {
  const { width, height } = image;
  const { right, down, rotate, scale, shear } = amounts;
  if (rotate === 0 && scale === 0 && shear === 0) {
    return moved(own, image, (plane) => shifted(plane, width, height, right, down));
  }
  const size = 1 + scale / 100;
  const map = affineMap({
    rotate,
    scaleX: size,
    scaleY: size,
    shear: shear / 100,
    shiftX: -right,
    shiftY: -down,
  });
  return moved(own, image, (plane) => resample(plane, width, height, map));
}

function* randomCopies(
  own: Int32Array,
  image: ImageShape,
  { affine, elastic }: PerturbationSet,
  seed: number,
): Generator<Int32Array> {
  const { width, height } = image;
  if (affine !== undefined) {
    const random = streamOf(own, width, seed, AFFINE_STREAM);
    for (let copy = 0; copy < affine.copies; copy++) {
      const map = affineMap(randomAffine(affine, random));
      const field =
        affine.bend > 0 ? elasticField(width, height, affine.bend, ELASTIC_DEFAULTS.cell, random) : undefined;
      yield moved(own, image, (plane) => resample(plane, width, height, map, field));
    }
  }
  if (elastic !== undefined) {
    const random = streamOf(own, width, seed, ELASTIC_STREAM);
    for (let copy = 0; copy < elastic.copies; copy++) {
      const field = elasticField(width, height, elastic.strength, elastic.cell, random);
      yield moved(own, image, (plane) => resample(plane, width, height, IDENTITY, field));
    }
  }
}

function streamOf(own: Int32Array, width: number, seed: number, stream: number): RandomSource {
  return sfc32(seed, stream, width, hash(own, 0x01000193), hash(own, 0x5bd1e995));
}

/** Images in the order in which they came, each once. */
class Distinct {
  readonly list: Int32Array[] = [];
  private readonly buckets = new Map<number, Int32Array[]>();

  add(image: Int32Array): void {
    const key = hash(image, 0x01000193);
    const bucket = this.buckets.get(key) ?? [];
    if (bucket.some((other) => equal(other, image))) return;
    bucket.push(image);
    this.buckets.set(key, bucket);
    this.list.push(image);
  }
}

function hash(values: Int32Array, factor: number): number {
  let key = values.length;
  for (let at = 0; at < values.length; at++) key = (Math.imul(key, factor) + values[at]) | 0;
  return key;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

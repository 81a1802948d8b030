import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { show } from '../printable.js';
import { trainingClasses } from './classes.js';
import { greyOfColour } from './grey.js';
import type { DataSet } from './types.js';

/**
 * The IDX format of MNIST and its kin: two zero bytes, a type (8 = unsigned byte), the number of dimensions, every
 * dimension as a big-endian 32-bit number, then the data, last dimension fastest. Files come from strangers, so every
 * size is checked against the bytes that are there before it is used.
 */
export interface IdxArray {
  readonly dimensions: readonly number[];
  /** A view into the file's bytes, `product of dimensions` long. */
  readonly values: Uint8Array;
}

/** Type unsigned byte, three dimensions: 0x00000803. */
export const IDX_IMAGES_MAGIC = 2051;
/** Type unsigned byte, one dimension: 0x00000801. */
export const IDX_LABELS_MAGIC = 2049;

const UNSIGNED_BYTE = 8;
const MAX_DIMENSIONS = 8;
const MAX_IMAGE_SIDE = 4096;

/**
 * Reads an IDX array of unsigned bytes, any number of dimensions from 1 to 8.
 *
 * @param where the start of the error line, for instance the file name
 * @throws InputError when it is no such array, is truncated, or has bytes left over
 */
export function parseIdx(bytes: Uint8Array, where: string): IdxArray {
  if (!(bytes instanceof Uint8Array)) {
    throw new InputError(`${where}: expected the bytes of a file, got ${show(bytes)}`);
  }
  if (bytes.length < 4) throw new InputError(`${where}: not an IDX file: only ${bytes.length} bytes`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new InputError(`${where}: still compressed with gzip; unpack it first`);
  }
  const magic = readUint32(bytes, 0);
  const count = bytes[3];
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || count < 1 || count > MAX_DIMENSIONS) {
    throw new InputError(
      `${where}: not an IDX file of unsigned bytes: magic number ${magic}, expected for instance ` +
        `${IDX_IMAGES_MAGIC} (images) or ${IDX_LABELS_MAGIC} (labels)`,
    );
  }
  const header = 4 + 4 * count;
  if (bytes.length < header) {
    throw new InputError(
      `${where}: truncated in the header: ${bytes.length} bytes, ${count} dimensions need ${header}`,
    );
  }
  const dimensions = Array.from({ length: count }, (_, axis) => readUint32(bytes, 4 + 4 * axis));
  // As doubles the product may be rounded, but never down to something that would fit into a file.
  const size = dimensions.reduce((product, dimension) => product * dimension, 1);
  const shape = dimensions.join(' x ');
  const there = bytes.length - header;
  if (there < size) {
    throw new InputError(
      `${where}: truncated: ${shape} needs ${size} bytes after the header, found ${there}`,
    );
  }
  if (there > size) {
    throw new InputError(`${where}: ${there - size} bytes too many after ${shape} values`);
  }
  return { dimensions, values: bytes.subarray(header) };
}

/** Writes an IDX array of unsigned bytes; `parseIdx` reads it back. */
export function formatIdx({ dimensions, values }: IdxArray): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, UNSIGNED_BYTE);
  view.setUint8(3, dimensions.length);
  for (let axis = 0; axis < dimensions.length; axis++) view.setUint32(4 + 4 * axis, dimensions[axis]);
  bytes.set(values, 4 + 4 * dimensions.length);
  return bytes;
}

/**
 * Grey images with their labels from two IDX files; images in colour (a fourth dimension of 3) become grey, or
 * with `colour` stay three values a pixel. Labels become class names: the numbers 0..255 in decimal.
 *
 * @param names what messages call the two files
 * @param classes class order to use, that of the training data or the model to be judged by: labels may then be others,
 * which an evaluation counts; default: the labels that occur, by value
 * @throws InputError naming the file at fault
 */
export function imagesFromIdx(
  images: Uint8Array,
  labels: Uint8Array,
  names: { readonly images: string; readonly labels: string },
  classes?: readonly string[],
  colour = false,
): DataSet {
  const pictures = parseIdx(images, names.images);
  const isColour = pictures.dimensions.length === 4 && pictures.dimensions[3] === 3;
  if (pictures.dimensions.length !== 3 && !isColour) {
    throw new InputError(
      `${names.images}: magic number ${readUint32(images, 0)}, expected ${IDX_IMAGES_MAGIC} ` +
        `(images: count x height x width; in colour, x 3 more), found ${pictures.dimensions.length} dimensions`,
    );
  }
  if (colour && !isColour) throw new InputError(`${names.images}: images in grey have no channels`);
  const marks = parseIdx(labels, names.labels);
  if (marks.dimensions.length !== 1) {
    throw new InputError(
      `${names.labels}: magic number ${readUint32(labels, 0)}, expected ${IDX_LABELS_MAGIC} (labels)`,
    );
  }
  const [rows, height, width] = pictures.dimensions;
  if (rows === 0) throw new InputError(`${names.images}: no images`);
  if (height < 1 || width < 1 || height > MAX_IMAGE_SIDE || width > MAX_IMAGE_SIDE) {
    throw new InputError(
      `${names.images}: images of ${width} x ${height} pixels; 1..${MAX_IMAGE_SIDE} a side`,
    );
  }
  const columns = width * height * (colour ? 3 : 1);
  if (columns > LIMITS.columns) {
    throw new InputError(
      `${names.images}: images of ${width} x ${height} are ${columns} values; at most ${LIMITS.columns} are supported`,
    );
  }
  if (marks.values.length !== rows) {
    throw new InputError(
      `${names.labels}: ${marks.values.length} labels, but ${names.images} has ${rows} images`,
    );
  }
  const texts = Array.from({ length: 256 }, (_, value) => String(value));
  const named = Array.from(marks.values, (value) => texts[value]);
  return {
    samples: {
      values: isColour && !colour ? Uint8Array.from(greyOfColour(pictures.values)) : pictures.values,
      rows,
      columns,
    },
    labels: named,
    classes: classes ?? trainingClasses(named, names.labels),
    image: { width, height },
  };
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}

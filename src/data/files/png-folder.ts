import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { quoted } from '../../printable.js';
import { classOrder, trainingClasses } from '../classes.js';
import type { DataSet } from '../types.js';
import { kindOf, pathError } from './paths.js';
import { decodePng } from './png.js';
import { readBytes } from './read.js';

const TRAIN = ['train', 'training'];
const TEST = ['test', 'testing'];
const OTHER_PICTURE = /\.(?:jpe?g|gif|bmp|webp|tiff?|avif|heic)$/i;

/**
 * Images by class: a folder a class with its PNG images in it, or such folders in `train` and `test`. Classes are called as their folders;
 * images come in the order of their names, numbers by value. Pictures of other formats are refused, as half of the data might be; all other files are
 * passed over.
 *
 * @param colour whether every pixel stays three values, instead of one grey
 * @param classes the order of the classes, which then need not all be there; default: those of the training part, two at least
 * @returns `undefined` for a folder without any
 * @throws InputError naming the image that cannot be read, or is of another size than the first one
 */
export async function loadPngFolder(
  folder: string,
  classes?: readonly string[],
  colour = false,
): Promise<{ readonly train: DataSet; readonly test?: DataSet } | undefined> {
  const folders = await entriesOf(folder, 'folder');
  const partOf = (names: readonly string[]): string | undefined =>
    folders.find((name) => names.includes(name));
  const [training, testing] = [partOf(TRAIN), partOf(TEST)];
  const train = await readPart(training === undefined ? folder : join(folder, training), classes, colour);
  if (train === undefined) return undefined;
  if (training === undefined || testing === undefined) return { train };
  const test = await readPart(join(folder, testing), train.classes, colour, train.image);
  return test === undefined ? { train } : { train, test };
}

async function readPart(
  folder: string,
  classes: readonly string[] | undefined,
  colour: boolean,
  size?: DataSet['image'],
): Promise<DataSet | undefined> {
  const images: Uint8Array[] = [];
  const labels: string[] = [];
  let shape = size;
  let first = 'the first training image';
  for (const name of await entriesOf(folder, 'folder')) {
    if (name.length > LIMITS.name)
      throw new InputError(`${folder}: ${quoted(name)}: too long a name for a class`);
    for (const file of await entriesOf(join(folder, name), 'file')) {
      const path = join(folder, name, file);
      if (OTHER_PICTURE.test(file)) throw new InputError(`${path}: of pictures only PNG is read; convert it`);
      if (!/\.png$/i.test(file)) continue;
      const { width, height, values } = decodePng(await readBytes(path), path, colour);
      if (shape === undefined) [shape, first] = [{ width, height }, path];
      if (width !== shape.width || height !== shape.height) {
        throw new InputError(
          `${path}: ${width} x ${height} pixels, but ${first} has ${shape.width} x ${shape.height}`,
        );
      }
      if ((images.length + 1) * values.length > LIMITS.values) {
        throw new InputError(`${folder}: more than ${LIMITS.values} pixels in all, the most that are read`);
      }
      images.push(values);
      labels.push(name);
    }
  }
  if (shape === undefined || images.length === 0) return undefined;
  const columns = shape.width * shape.height * (colour ? 3 : 1);
  const all = new Uint8Array(images.length * columns);
  for (const [at, values] of images.entries()) all.set(values, at * columns);
  return {
    samples: { values: all, rows: images.length, columns },
    labels,
    classes: classes ?? trainingClasses(labels, folder),
    image: shape,
  };
}

/** Whether PNG images lie in the folder itself, where folders of them should. */
export async function hasLoosePngs(folder: string): Promise<boolean> {
  return (await entriesOf(folder, 'file')).some((name) => /\.png$/i.test(name));
}

/** Names in a folder, in the order of classes: numbers by value. */
async function entriesOf(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw pathError(error, folder);
  }
  const found: string[] = [];
  for (const name of names) {
    if (!name.startsWith('.') && (await kindOf(join(folder, name))) === kind) found.push(name);
  }
  return kind === 'folder' ? classOrder(found) : byNumber(found);
}

/** `img2.png` before `img10.png`: runs of digits by value, the rest by code units. */
function byNumber(names: readonly string[]): string[] {
  const keyOf = (name: string): string =>
    name.replace(/\d+/g, (digits) => {
      const value = digits.replace(/^0+(?=\d)/, '');
      return String.fromCharCode(0x30 + Math.min(value.length, 9000)) + value;
    });
  const keyed = names.map((name) => [keyOf(name), name] as const);
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return keyed.sort(([a, x], [b, y]) => before(a, b) || before(x, y)).map(([, name]) => name);
}

import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { type CsvOptions, CsvTable } from '../csv.js';
import { drawDigits } from '../digits/index.js';
import { type ExtraRows, ExtraTable } from '../extra.js';
import { imagesFromIdx } from '../idx.js';
import { withRowWeights } from '../row-weights.js';
import type { DataSet } from '../types.js';
import { cacheDirectory, type Environment } from './cache-dir.js';
import { type DatasetName, IDX_NAMES, isDatasetName } from './catalogue.js';
import { kindOf } from './paths.js';
import { hasLoosePngs, loadPngFolder } from './png-folder.js';
import { inputName, readTextPieces, readUnpacked, STANDARD_INPUT } from './read.js';

export interface LoadOptions {
  /** Where `mnist` and `fashion-mnist` are looked up first, each in a folder of its own name. */
  readonly dataDir?: string;
  /** Environment with FEWBIT_DATA (looked up next) and the variables of the user's cache (last). */
  readonly env?: Environment;
  /** A separate test table, for data from a table. */
  readonly test?: string;
  /** How tables are read. */
  readonly table?: TableOptions;
  /** Images in colour stay three values a pixel; data in grey are refused then. Default: they become grey. */
  readonly colour?: boolean;
  /** How many digits are drawn, of each class. */
  readonly digits?: { readonly seed?: number; readonly train?: number; readonly test?: number };
}

/** What is said of a table: which columns are what, what separates them, how fields become values. */
export type TableOptions = Pick<CsvOptions, 'delimiter' | 'label' | 'id' | 'drop' | 'rounded'> & {
  /** Of training data the column of what an error on each row counts. */
  readonly weight?: string;
  /** Makes the reader of the fields of one table, which may remember them. Default: numbers. */
  readonly cells?: () => CsvOptions['cells'];
};

export interface LoadedData {
  readonly train: DataSet;
  /** Same columns and class order as `train`. Not there where the source has no test part. */
  readonly test?: DataSet;
  /** Where it comes from, for a log line. */
  readonly source: string;
}

/** Drawn unless asked otherwise: 5 instances of 40 shots, and the paper's 800 test images of each class. */
const DIGITS = { seed: 1, train: 200, test: 800 };

/**
 * Loads a data set by name or path: `digits` (drawn on the spot), `mnist`, `fashion-mnist` (looked up under `dataDir`,
 * `$FEWBIT_DATA`, the user's cache), a folder with IDX files (`.gz` or not), or a CSV file (`.gz` or not).
 *
 * @param classes the order of the classes of IDX files, which then may have others and need not have all; default: those
 * that occur in the training part, two at least
 * @throws InputError, one line: what is missing and how to get it, or which place in which file is at fault
 */
export async function loadData(
  name: string,
  options: LoadOptions = {},
  classes?: readonly string[],
): Promise<LoadedData> {
  if (name === 'digits' || isDatasetName(name)) {
    refuseTestFile(name, options);
    refuseWeights(name, options);
    return name === 'digits' ? digits(options) : catalogued(name, options, classes);
  }
  await refuseMissing(name);
  if (name !== STANDARD_INPUT && (await kindOf(name)) === 'folder') {
    refuseTestFile(name, options);
    refuseWeights(name, options);
    const found = await loadIdxFolder(name, classes, options.colour);
    if (found !== undefined) return found;
    const pictures = await loadPngFolder(name, classes, options.colour);
    if (pictures !== undefined) return { ...pictures, source: name };
    if (await hasLoosePngs(name)) {
      throw new InputError(
        `${name}: PNG images in the folder itself; they belong in a folder a class, such as ${join(name, 'CLASS')} (any name will do where only answers are wanted)`,
      );
    }
    const names = `${IDX_NAMES.trainImages} and ${IDX_NAMES.trainLabels}`;
    throw new InputError(
      `${name}: the folder has no ${names} (.gz or not), nor folders of PNG images, one a class`,
    );
  }
  const { test, table } = options;
  const whole = await loadCsv(name, undefined, table);
  const train = table?.weight === undefined ? whole : withRowWeights(whole, table.weight, inputName(name));
  if (test === undefined) return { train, source: inputName(name) };
  return {
    train,
    // What was left out of the training data is left out of these too, where they have it.
    test: await loadCsv(test, train, { ...table, id: undefined, drop: undefined }),
    source: `${inputName(name)}, test ${inputName(test)}`,
  };
}

/**
 * Reads one table, `.gz` or not, from a file or standard input (`-`).
 *
 * @param like what it is to be judged by, where it is a test part. Columns that were left out of that are left out where they are there.
 */
export async function loadCsv(path: string, like?: Judging, options: TableOptions = {}): Promise<DataSet> {
  const { cells, weight: _, ...shape } = options;
  const table = new CsvTable({
    ...shape,
    where: inputName(path),
    like,
    whose: like?.whose,
    ...(cells === undefined ? {} : { cells: cells() }),
  });
  return readInto(table, path);
}

/** What a test part is judged by: the training data, or a model. */
export interface Judging extends Pick<DataSet, 'classes' | 'columns' | 'labelColumn' | 'dropped'> {
  /** What messages call it; default: the training data. */
  readonly whose?: string;
}

/**
 * Loads what a model is judged on: the test part of a data set, or the whole where there is none. It need not have every
 * class, nor more than one row; labels of no class of the model come as they are.
 *
 * @throws InputError as `loadData` does, and for columns that are not the model's
 */
export async function loadJudged(name: string, by: Judging, options: LoadOptions = {}): Promise<DataSet> {
  const isFile = name === STANDARD_INPUT || (await kindOf(name)) !== 'folder';
  if (name !== 'digits' && !isDatasetName(name) && isFile) {
    await refuseMissing(name);
    return loadCsv(options.test ?? name, by, options.table);
  }
  const { train, test } = await loadData(name, options, by.classes);
  return test ?? train;
}

/** Reads a CSV file of extra samples (`.gz` or not) of this training data. */
export async function loadExtra(path: string, like: DataSet, rounded?: boolean): Promise<ExtraRows> {
  const table = new ExtraTable(like, path, rounded);
  return readInto(table, path);
}

async function readInto<T>(table: { push(text: string): void; finish(): T }, path: string): Promise<T> {
  for await (const piece of readTextPieces(path, LIMITS.unpackedBytes)) table.push(piece);
  return table.finish();
}

async function refuseMissing(name: string): Promise<void> {
  if (name === STANDARD_INPUT || (await kindOf(name)) !== 'none') return;
  throw new InputError(
    `${name}: no such file or folder; data is digits, mnist, fashion-mnist, a folder with IDX files or of PNG images by class, or a table (CSV)`,
  );
}

function refuseWeights(name: string, options: LoadOptions): void {
  if (options.table?.weight === undefined) return;
  throw new InputError(`--weight: only for data from a table; ${name} has no columns`);
}

function refuseTestFile(name: string, options: LoadOptions): void {
  if (options.test !== undefined) {
    throw new InputError(`--test: only for data from a CSV file; ${name} has its own test images`);
  }
}

function digits(options: LoadOptions): LoadedData {
  const { seed, train, test } = { ...DIGITS, ...options.digits };
  return {
    train: drawDigits({ seed, perClass: train, stream: 'train' }),
    test: drawDigits({ seed, perClass: test, stream: 'test' }),
    source: `digits, drawn with seed ${seed}`,
  };
}

async function catalogued(
  name: DatasetName,
  options: LoadOptions,
  classes?: readonly string[],
): Promise<LoadedData> {
  const env = options.env ?? process.env;
  const places = [options.dataDir, env.FEWBIT_DATA, cacheDirectory(env)].filter(
    (place): place is string => place !== undefined && place !== '',
  );
  for (const place of places) {
    const found = await loadIdxFolder(join(place, name), classes, options.colour);
    if (found === undefined) continue;
    if (found.test === undefined) {
      throw new InputError(
        `${found.source}: the test files are missing; get them with: fewbit fetch ${name}`,
      );
    }
    return found;
  }
  const looked = places.map((place) => join(place, name)).join(', ');
  throw new InputError(
    `${name}: not found in ${looked}; get it with: fewbit fetch ${name}, or put the four files ` +
      `${Object.values(IDX_NAMES).join(', ')} (.gz or not) into one of these folders`,
  );
}

/** The IDX files of a folder, `undefined` when it has no training files. Half a pair of files is an error. */
async function loadIdxFolder(
  folder: string,
  classes?: readonly string[],
  colour?: boolean,
): Promise<LoadedData | undefined> {
  const train = await idxPair(folder, IDX_NAMES.trainImages, IDX_NAMES.trainLabels, classes, colour);
  if (train === undefined) return undefined;
  const test = await idxPair(folder, IDX_NAMES.testImages, IDX_NAMES.testLabels, train.classes, colour);
  if (test === undefined) return { train, source: folder };
  if (test.image?.width !== train.image?.width || test.image?.height !== train.image?.height) {
    throw new InputError(`${folder}: test images have another size than the training images`);
  }
  return { train, test, source: folder };
}

async function idxPair(
  folder: string,
  imagesName: string,
  labelsName: string,
  classes?: readonly string[],
  colour?: boolean,
): Promise<DataSet | undefined> {
  const images = await findFile(folder, imagesName);
  const labels = await findFile(folder, labelsName);
  if (images === undefined && labels === undefined) return undefined;
  if (images === undefined) throw new InputError(`${folder}: ${labelsName} is there, but no ${imagesName}`);
  if (labels === undefined) throw new InputError(`${folder}: ${imagesName} is there, but no ${labelsName}`);
  const [imageBytes, labelBytes] = await Promise.all([readUnpacked(images), readUnpacked(labels)]);
  return imagesFromIdx(imageBytes, labelBytes, { images, labels }, classes, colour);
}

/** The file under its usual names: plain, `.gz`, and with the dot that some unpackers leave before `idx`. */
async function findFile(folder: string, name: string): Promise<string | undefined> {
  for (const spelling of [name, name.replace('-idx', '.idx')]) {
    for (const ending of ['', '.gz']) {
      const path = join(folder, spelling + ending);
      if ((await kindOf(path)) === 'file') return path;
    }
  }
  return undefined;
}

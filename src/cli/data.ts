import { AnyCells, type Cells, NumberCells } from '../data/cells.js';
import { parseEncode } from '../data/encode-spec.js';
import { EncodedCells } from '../data/encoded-cells.js';
import { type Judging, loadData, loadJudged, type TableOptions } from '../data/files/load.js';
import { holdOut } from '../data/folds.js';
import type { ScalingMode } from '../data/scaling-fit.js';
import { selectRows } from '../data/split.js';
import type { DataSet } from '../data/types.js';
import type { EnsembleModel } from '../ensemble/model/model.js';
import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import { InputError } from '../errors.js';
import { channelsAsked } from '../features/index.js';
import { OPTIONS } from '../options.js';
import { log, usageError } from './terminal.js';

/** The options that say where samples come from. */
export interface DataFlags {
  readonly data: string;
  readonly dataDir?: string;
  readonly test?: string;
  /** Rows to hold out as the test part, and the seed that says which. */
  readonly testShare?: number;
  readonly seed?: number;
  /** Width and height of the images in the rows, where the data do not say them. */
  readonly imageShape?: ImageShape;
  readonly label?: string;
  readonly drop?: readonly string[];
  readonly id?: string;
  readonly weight?: string;
  readonly delimiter?: TableOptions['delimiter'];
}

/** The options that say how a table is read. */
export const TABLE_FLAGS = ['label', 'drop', 'id', 'delimiter'] as const;

type ImageShape = NonNullable<DataSet['image']>;

export interface LoadedData {
  /** As it was asked for. */
  readonly name: string;
  readonly train: DataSet;
  readonly test: DataSet | null;
  /** Test samples of each class unless told otherwise: the paper's number for image files, all for tables. */
  readonly testImages: number | undefined;
}

/** The options that say what becomes of the columns of a table. */
interface EncodingFlags {
  readonly scaling?: ScalingMode;
  readonly missing?: 'auto' | 'refuse';
  readonly encode?: string;
  readonly features?: string;
}

/** The paper judges on the first 800 test images of each class. */
const PAPER_TEST_IMAGES = 800;

/** A scaling that somebody asked for rounds; what it rounds need not be exact before. */
export function mayRound(scaling: ScalingMode | undefined): boolean {
  return scaling === 'range' || scaling === 'quantile';
}

export async function loadForCommand(flags: DataFlags & EncodingFlags): Promise<LoadedData> {
  const { data, dataDir, scaling } = flags;
  const table = { ...tableOptions(flags, scaling), cells: () => cellsForTraining(flags) };
  const channels = channelsAsked(flags.features);
  const loaded = await loadData(data, { dataDir, test: flags.test, table, colour: channels > 1 });
  for (const note of [...(loaded.train.notes ?? []), ...(loaded.test?.notes ?? [])]) log(`note: ${note}`);
  const { train, test } = heldOutOf(loaded, flags);
  const shape = flags.imageShape;
  return {
    name: flags.data,
    train: withShape(train, shape, channels),
    test: test === undefined ? null : withShape(test, shape, channels),
    testImages: train.image === undefined ? undefined : PAPER_TEST_IMAGES,
  };
}

function tableOptions(
  { label, drop, id, weight, delimiter }: DataFlags,
  scaling: ScalingMode | undefined,
): TableOptions {
  return { label, drop, id, weight, delimiter, rounded: mayRound(scaling) };
}

/** Data in two parts: as they come, or with a share of the rows held out. */
function heldOutOf(
  { train, test }: { readonly train: DataSet; readonly test?: DataSet },
  { testShare, seed }: Pick<DataFlags, 'testShare' | 'seed'>,
): { readonly train: DataSet; readonly test?: DataSet } {
  if (testShare === undefined) return { train, test };
  if (test !== undefined) throw usageError('--test-share', 'the data have a test part already');
  const parts = holdOut(train.labels, testShare, seed ?? OPTIONS.seed.default);
  const { classes } = train;
  return {
    train: selectRows(train, { classes, rows: parts.train }),
    test: selectRows(train, { classes, rows: parts.test }),
  };
}

/** What a model is judged on. */
export interface JudgedData {
  /** As it was asked for. */
  readonly name: string;
  readonly data: DataSet;
  /** As in `LoadedData`. */
  readonly testImages: number | undefined;
}

/** The samples for a model: columns in its order, labels as they are. */
async function loadForModel(
  flags: DataFlags,
  model: Judging & { scaling?: ScalingMode; cells: () => Cells; channels: number },
): Promise<JudgedData> {
  const { dataDir, test } = flags;
  if (flags.testShare !== undefined && test !== undefined) {
    throw usageError('--test-share', 'holds out rows of --data; leave --test out');
  }
  const table = { ...tableOptions(flags, model.scaling), cells: model.cells };
  const colour = model.channels > 1;
  const whole = await loadJudged(flags.data, model, { dataDir, test, table, colour });
  for (const note of whole.notes ?? []) log(`note: ${note}`);
  const data = heldOutOf({ train: whole }, flags).test ?? whole;
  return {
    name: flags.test ?? flags.data,
    data: withShape(data, flags.imageShape, model.channels),
    testImages: data.image === undefined ? undefined : PAPER_TEST_IMAGES,
  };
}

/** The same for a model that has been read; as many columns as it has inputs. @param file the model's, which messages begin with */
export async function loadForClassifier(
  { model, inputs }: EnsembleClassifier,
  file: string,
  flags: DataFlags,
): Promise<JudgedData> {
  const { classes, columns, labelColumn, dropped, training } = model;
  const { scaling, seed } = training;
  const by = {
    classes,
    columns,
    labelColumn,
    dropped,
    whose: 'the model',
    scaling,
    cells: () => cellsForModel(model),
    channels: model.features?.spec.channels ?? 1,
  };
  const data = await loadForModel({ seed, ...flags }, by);
  const found = data.data.samples.columns;
  if (found === inputs) return data;
  throw new InputError(`${file}: the model has ${inputs} inputs, but samples of ${data.name} have ${found}`);
}

/** Numbers, texts and missing values; what is asked to be a category is one, however much it looks like numbers. */
function cellsForTraining({ scaling, missing, encode }: EncodingFlags): Cells {
  const named = encode === undefined ? [] : [...parseEncode(encode).named];
  const texts = new Set(
    named.filter(([, { kind }]) => kind === 'category' || kind === 'levels').map(([name]) => name),
  );
  return new AnyCells({ rounded: mayRound(scaling), complete: missing === 'refuse', texts });
}

/** How the fields of a table become what a model is asked with. */
export function cellsForModel({ training, encoding }: EnsembleModel): Cells {
  const rounded = mayRound(training.scaling);
  return encoding === undefined ? new NumberCells(rounded) : new EncodedCells(encoding, rounded);
}

function withShape(data: DataSet, shape: ImageShape | undefined, channels: number): DataSet {
  if (shape === undefined) return data;
  const { width, height } = shape;
  if (data.image !== undefined && (data.image.width !== width || data.image.height !== height)) {
    throw usageError(
      '--image-shape',
      `${width}x${height}, but the images are ${data.image.width}x${data.image.height}`,
    );
  }
  const values = width * height * channels;
  if (values !== data.samples.columns) {
    throw usageError(
      '--image-shape',
      `${width}x${height} is ${values} ${channels > 1 ? `values in ${channels} channels` : 'pixels'}, but a sample has ${data.samples.columns} values`,
    );
  }
  return { ...data, image: { width, height } };
}

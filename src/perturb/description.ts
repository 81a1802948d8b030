import { InputError } from '../errors.js';
import { quoted, show } from '../printable.js';

/** How far a random affine copy may be from its image; every amount is drawn uniformly from minus to plus. */
export interface AffineSpread {
  /** Degrees, 0..180. */
  readonly rotate: number;
  /** Per cent of the size, each axis on its own, 0..90. */
  readonly scale: number;
  /** Pixels sideways a hundred pixels of height, 0..200. */
  readonly shear: number;
  /** Pixels, each axis on its own, fractions too, 0..8. */
  readonly shift: number;
  /** Pixels of elastic distortion on top, 0..8; see `ElasticCopies.strength`. */
  readonly bend: number;
}

/** Random affine copies of a sample. */
export interface AffineCopies extends AffineSpread {
  readonly copies: number;
}

/** Random elastic copies of a sample: a smooth field of displacements, see elastic.ts. */
export interface ElasticCopies {
  readonly copies: number;
  /** Displacement of a control point in pixels, each axis on its own, at most; 0..8. */
  readonly strength: number;
  /** Whole pixels between two control points, 2..64: the larger, the smoother. */
  readonly cell: number;
}

/**
 * Which inputs count as "the same thing" as a sample: a finite list of integer images, and round each of them an
 * L-infinity box. docs/robust.md says what every field does to an image and how they combine.
 */
export interface Perturbations {
  /** L-infinity radius, an integer in the units that the networks read: grey levels of images, scaled units otherwise. */
  readonly linf?: number;
  /** Tables, instead of `linf`: every column of numbers by up to so many of its standard deviations on the training rows. */
  readonly sd?: number;
  /**
   * Tables: these columns by up to so much, in their own units and instead of `sd`; an ordered category by so many levels, a category by
   * 0 or 1 (to any other level). Categories that are not named stay.
   */
  readonly columns?: Readonly<Record<string, number>>;
  /** All moves by up to this many whole pixels in each direction, diagonals too, 0..8. */
  readonly shift?: number;
  /** Turns by plus and by minus exactly this many degrees, 0..180. */
  readonly rotate?: number;
  /** Enlarged and shrunk by exactly this many per cent, 0..90. */
  readonly scale?: number;
  /** Slanted by plus and by minus exactly this many pixels a hundred pixels of height, 0..200. */
  readonly shear?: number;
  /** The four above together, every amount (none too) with every other; without it one at a time. */
  readonly joint?: boolean;
  /** Random affine copies: their number, or with their spread; what is left out is `HANDWRITING_SPREAD`. */
  readonly affine?: number | (Partial<AffineSpread> & { readonly copies: number });
  /** Random elastic copies: their number, or with strength (1.5 pixels) and cell (7 pixels). */
  readonly elastic?: number | (Partial<ElasticCopies> & { readonly copies: number });
}

/**
 * Perturbations with nothing left open: what a model and a run folder record. The fields that came later are there only
 * where they do something, so that a set that an older release could describe is still written as it wrote it.
 */
export interface PerturbationSet {
  readonly linf: number;
  readonly shift: number;
  readonly rotate: number;
  readonly sd?: number;
  readonly columns?: Readonly<Record<string, number>>;
  readonly scale?: number;
  readonly shear?: number;
  readonly joint?: true;
  readonly affine?: AffineCopies;
  readonly elastic?: ElasticCopies;
}

export const NO_PERTURBATIONS: PerturbationSet = { linf: 0, shift: 0, rotate: 0 };

/** The affine set of the design's measurements: moderate differences between hands. */
export const HANDWRITING_SPREAD: AffineSpread = { rotate: 12, scale: 12, shear: 15, shift: 1.5, bend: 0 };
export const ELASTIC_DEFAULTS = { strength: 1.5, cell: 7 } as const;

/** Inputs are held in 16 bits, and so is what they may be moved by. */
const MAX_RADIUS = 32767;
/** (2 * 8 + 1)^2 - 1 = 288 moves: beyond that the rows of one image outnumber any few-shot training set. */
const MAX_SHIFT = 8;
const MAX_COPIES = 1000;
/** Standard deviations that a column may be off at most. */
export const MAX_SD = 100;

type Range = readonly [least: number, most: number, whole?: 'whole'];

/** What may be given as a plain number, with its range. */
const AMOUNTS = {
  linf: [0, MAX_RADIUS, 'whole'],
  shift: [0, MAX_SHIFT, 'whole'],
  rotate: [0, 180],
  scale: [0, 90],
  shear: [0, 200],
} as const satisfies Record<string, Range>;

const AFFINE: Readonly<Record<keyof AffineCopies, Range>> = {
  copies: [0, MAX_COPIES, 'whole'],
  rotate: [0, 180],
  scale: [0, 90],
  shear: [0, 200],
  shift: [0, MAX_SHIFT],
  bend: [0, MAX_SHIFT],
};

const ELASTIC: Readonly<Record<keyof ElasticCopies, Range>> = {
  copies: [0, MAX_COPIES, 'whole'],
  strength: [0, MAX_SHIFT],
  cell: [2, 64, 'whole'],
};

/** Every name with its fields, for readers of options: `affine.rotate` is `FIELDS.affine` containing `rotate`. */
export const PERTURBATION_FIELDS: Readonly<Record<keyof Perturbations, readonly string[]>> = {
  linf: [],
  sd: [],
  columns: [],
  shift: [],
  rotate: [],
  scale: [],
  shear: [],
  joint: [],
  affine: Object.keys(AFFINE).filter((name) => name !== 'copies'),
  elastic: Object.keys(ELASTIC).filter((name) => name !== 'copies'),
};

/**
 * Checks perturbations as given and fills in what is left out. Everything but `linf` needs an image.
 *
 * @throws InputError, one line that names the field
 */
export function checkPerturbations(given: Perturbations, isImage: boolean): PerturbationSet {
  const fields = object(given, 'perturb');
  for (const key of Object.keys(fields)) {
    if (!Object.hasOwn(PERTURBATION_FIELDS, key)) {
      const known = Object.keys(PERTURBATION_FIELDS);
      throw new InputError(
        `perturb: unknown perturbation ${show(key)}; there are ${known.slice(0, -1).join(', ')} and ${known[known.length - 1]}`,
      );
    }
  }
  const amount = (name: keyof typeof AMOUNTS): number =>
    number(fields[name] ?? 0, `perturb.${name}`, AMOUNTS[name]);
  const [linf, shift, rotate, scale, shear] = [
    amount('linf'),
    amount('shift'),
    amount('rotate'),
    amount('scale'),
    amount('shear'),
  ];
  const sd = number(fields.sd ?? 0, 'perturb.sd', [0, MAX_SD]);
  const columns = columnRadii(fields.columns);
  if (sd > 0 || columns !== undefined) {
    const name = sd > 0 ? 'sd' : 'columns';
    if (isImage) throw new InputError(`perturb.${name}: for tables; of images every pixel moves by linf`);
    if (linf > 0)
      throw new InputError(
        `perturb.${name}: in units of columns; not beside linf, which is in units of the networks`,
      );
  }
  const joint = fields.joint ?? false;
  if (typeof joint !== 'boolean')
    throw new InputError(`perturb.joint: must be true or false, got ${show(joint)}`);
  const affine = group(fields.affine, 'perturb.affine', AFFINE, { ...HANDWRITING_SPREAD }) as AffineCopies;
  const elastic = group(fields.elastic, 'perturb.elastic', ELASTIC, { ...ELASTIC_DEFAULTS }) as ElasticCopies;
  const set: PerturbationSet = {
    linf,
    shift,
    rotate,
    ...(sd > 0 ? { sd } : {}),
    ...(columns === undefined ? {} : { columns }),
    ...(scale > 0 ? { scale } : {}),
    ...(shear > 0 ? { shear } : {}),
    ...(joint ? { joint } : {}),
    ...(affine.copies > 0 ? { affine } : {}),
    ...(elastic.copies > 0 ? { elastic } : {}),
  };
  const geometric = firstGeometric(set);
  if (!isImage && geometric !== undefined) {
    throw new InputError(
      `perturb.${geometric}: needs images, and the width and height of this data are not known (option image-shape)`,
    );
  }
  return set;
}

/** Whether a set moves columns of a table, each in its own units. */
export function movesColumns(set: PerturbationSet): boolean {
  return set.sd !== undefined || set.columns !== undefined;
}

/** Whether a set has more than the L-infinity box: then it needs an image. */
export function isGeometric(set: PerturbationSet): boolean {
  return firstGeometric(set) !== undefined;
}

function firstGeometric(set: PerturbationSet): string | undefined {
  const { shift, rotate, scale = 0, shear = 0, affine, elastic } = set;
  if (shift > 0) return 'shift';
  if (rotate > 0) return 'rotate';
  if (scale > 0) return 'scale';
  if (shear > 0) return 'shear';
  return affine !== undefined ? 'affine' : elastic !== undefined ? 'elastic' : undefined;
}

function columnRadii(raw: unknown): PerturbationSet['columns'] {
  if (raw === undefined) return undefined;
  const given = Object.entries(object(raw, 'perturb.columns'));
  for (const [name, radius] of given) {
    if (typeof radius === 'number' && Number.isFinite(radius) && radius >= 0) continue;
    throw new InputError(`perturb.columns: ${quoted(name)}: must be a number >= 0, got ${show(radius)}`);
  }
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Record<string, number>);
}

/** A number of copies, alone or with the fields that describe them. */
function group(
  raw: unknown,
  where: string,
  ranges: Readonly<Record<string, Range>>,
  defaults: Readonly<Record<string, number>>,
): { readonly copies: number } {
  const fields = typeof raw === 'object' ? object(raw, where) : { copies: raw ?? 0 };
  for (const key of Object.keys(fields)) {
    if (!Object.hasOwn(ranges, key)) {
      throw new InputError(
        `${where}: unknown field ${show(key)}; there are ${Object.keys(ranges).join(', ')}`,
      );
    }
  }
  const filled: Record<string, number> = {};
  for (const [key, range] of Object.entries(ranges)) {
    const name = key === 'copies' && typeof raw !== 'object' ? where : `${where}.${key}`;
    filled[key] = number((fields as Record<string, unknown>)[key] ?? defaults[key], name, range);
  }
  return filled as unknown as { readonly copies: number };
}

function object(raw: unknown, where: string): Record<string, unknown> {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    throw new InputError(`${where}: expected an object such as { linf: 8, shift: 1 }, got ${show(raw)}`);
  }
  return raw as Record<string, unknown>;
}

function number(raw: unknown, where: string, [least, most, whole]: Range): number {
  const fits = typeof raw === 'number' && raw >= least && raw <= most && (!whole || Number.isInteger(raw));
  if (fits) return raw;
  throw new InputError(
    `${where}: must be a ${whole ? 'whole ' : ''}number in ${least}..${most}, got ${show(raw)}`,
  );
}

import { InputError } from '../../errors.js';
import {
  checkSpec,
  FEATURES_VERSION,
  type FeatureSpec,
  type FittedFeatures,
  featureCount,
  type ImageSize,
} from '../../features/index.js';
import * as check from '../../json-check.js';
import { describe } from '../../printable.js';

/** The field `features` of a model file: name and version of the map, its options (`ends` where it is not 0, `channels` where it is not 1), and what was fitted. */
export type ModelFeatures = FeatureSpec & {
  readonly version: number;
  readonly black: number;
  readonly white: number;
  readonly middle: readonly number[];
};

/** Grey values are scaled values, which are 16 bits. */
const MOST_GREY = 32767;
const FULL = 255;

export function featuresToDocument({ spec, black, white, middle }: FittedFeatures): ModelFeatures {
  const { name, ends, channels, ...options } = spec;
  const later = { ...(ends === 0 ? {} : { ends }), ...(channels === 1 ? {} : { channels }) };
  return { name, version: FEATURES_VERSION, ...options, ...later, black, white, middle } as ModelFeatures;
}

/** Reads the field back, trusting nothing. Throws `InputError` that begins with `where`. */
export function readFeatures(raw: unknown, image: ImageSize | undefined, where: string): FittedFeatures {
  const fields = check.object(raw, where);
  if (fields.version !== FEATURES_VERSION) {
    throw new InputError(
      `${where}: version ${describe(fields.version)} of the map is not version ${FEATURES_VERSION}; use the fewbit that wrote it`,
    );
  }
  if (image === undefined) throw new InputError(`${where}: need the field image`);
  return check.within(where, () => {
    const spec = checkSpec(fields, image);
    const black = check.integer(fields.black, 'black', -MOST_GREY, MOST_GREY);
    const white = check.integer(fields.white, 'white', black + 1, MOST_GREY + 1);
    const middle = check
      .array(fields.middle, 'middle', featureCount(spec, image))
      .map((value, i) => check.integer(value, `middle[${i}]`, 0, FULL));
    return { spec, black, white, middle };
  });
}

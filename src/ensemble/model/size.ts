import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { linkCount } from '../../network/links.js';
import { checkedNumber } from '../../options.js';
import { quotedList } from '../../printable.js';
import { countOfPairs } from '../pair-order.js';

/*
 * What a training would write must be readable, and that is known before the work begins: classes, names, and the weights
 * and the text of the model file at their largest.
 */

/** Whoever labels with a measured quantity gets its number of pairs, not gigabytes. Throws `InputError`. */
export function checkClassCount(classes: readonly string[], most: number | undefined): void {
  const allowed = checkedNumber('maxClasses', most);
  const count = classes.length;
  if (count <= allowed) return;
  const pairs = countOfPairs(count);
  const more =
    count <= LIMITS.mostClasses
      ? `or allow more with --max-classes (maxClasses, up to ${LIMITS.mostClasses})`
      : `--max-classes (maxClasses) allows ${LIMITS.mostClasses} at most`;
  throw new InputError(
    `classes: ${count} different labels (${quotedList(classes, 3)}) would be ${pairs} networks, one for each pair; ` +
      `at most ${allowed} classes are taken. Is the label a quantity? Choose some with --classes (classes), ${more}`,
  );
}

/** Names go into the model, whose readers have a limit. Throws `InputError`. */
export function checkNameLengths(names: readonly string[], what: string): void {
  for (const name of names) {
    if (name.length <= LIMITS.name) continue;
    throw new InputError(
      `${what}: ${quotedList([name])} has ${name.length} characters; at most ${LIMITS.name} are supported`,
    );
  }
}

/** Characters of a stage in a model, of a pair without names, stages and weights, and of the document round them. */
const STAGE = 400;
const PAIR = 200;
const DOCUMENT = 100_000;
/** Characters of a number. */
const NUMBER = 25;

/**
 * The largest model file that a training can end with is one that can be read.
 *
 * @throws InputError naming what is too much
 */
export function checkModelSize(
  classes: readonly string[],
  columns: readonly string[] | undefined,
  layers: readonly number[],
  weightBound: number,
): void {
  const links = linkCount(layers);
  const pairs = countOfPairs(classes.length);
  if (links * pairs > LIMITS.modelWeights) {
    throw new InputError(
      `hidden: ${pairs} networks of ${links} weights are ${links * pairs}; a model has ${LIMITS.modelWeights} at most, ` +
        'take fewer classes or smaller layers',
    );
  }
  const neurons = layers.slice(1).reduce((sum, n) => sum + n, 0);
  const names = lengthOf(classes);
  // Letters stand for weights up to 26, others are written out: `(-127)`.
  const weight = weightBound <= 26 ? 1 : 6;
  const characters =
    DOCUMENT +
    names * classes.length +
    lengthOf(columns ?? []) +
    2 * NUMBER * layers[0] +
    pairs * (PAIR + 3 * STAGE + 4 * neurons + weight * links);
  const values = pairs * (60 + neurons) + 4 * layers[0] + classes.length ** 2;
  const containers = pairs * (10 + layers.length);
  if (characters <= LIMITS.jsonBytes && values <= LIMITS.jsonValues && containers <= LIMITS.jsonContainers)
    return;
  throw new InputError(
    `classes: a model of ${pairs} networks could have ${characters} characters, and ${LIMITS.jsonBytes} can be read; ` +
      'take fewer classes, smaller layers or shorter names',
  );
}

/** Bytes of names in a JSON text, with their quotes and commas. */
function lengthOf(names: readonly string[]): number {
  const encoder = new TextEncoder();
  return names.reduce((sum, name) => sum + encoder.encode(JSON.stringify(name)).length + 1, 0);
}

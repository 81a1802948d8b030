import type { WorstError } from '../ensemble/types.js';
import { formatCount } from './numbers.js';
import { dataTable } from './shell.js';
import { element, escapeText, TILE } from './svg.js';
import { nameOf } from './tables.js';

/** An error as a page shows it. */
export interface ShownError extends WorstError {
  /** Values row by row, where samples are images. */
  readonly pixels?: ArrayLike<number>;
}

/** Classes whose votes are named. */
const MOST_NAMED = 5;
const LEVELS = 8;

/** The errors that the vote was surest of, with their votes, and what they look like where they are images. */
export function worstPart(
  errors: readonly ShownError[],
  classes: readonly string[],
  image: { readonly width: number; readonly height: number } | undefined,
): string {
  if (errors.length === 0) return '';
  const isVoted = classes.length > 2;
  const heads = [
    { title: 'row', number: true },
    ...(image === undefined ? [] : [{ title: 'image' }]),
    { title: 'true' },
    { title: 'answer' },
    isVoted ? { title: 'votes' } : { title: 'sum beyond the truth', number: true },
  ];
  const rows = errors.map((error) => [
    `#${error.sample}`,
    ...(image === undefined
      ? []
      : [{ html: error.pixels === undefined ? '' : picture(error.pixels, image, `row ${error.sample}`) }]),
    nameOf(error.truth),
    error.answer === null ? 'no label' : nameOf(error.answer),
    isVoted ? votesOf(error, classes) : formatCount(error.by),
  ]);
  const lead = isVoted ? 'votes' : 'the sum of the last layer';
  return (
    `<h3>Worst errors</h3><p class="note">Those that the vote was surest of: largest lead of ${lead} over the truth first. Rows are counted from 0.</p>` +
    dataTable('Worst errors', heads, rows)
  );
}

/** The most voted classes, and the truth. */
function votesOf({ votes, truth }: ShownError, classes: readonly string[]): string {
  const order = classes
    .map((name, at) => ({ name, count: votes[at], at }))
    .sort((a, b) => b.count - a.count || a.at - b.at);
  const named = order.slice(0, MOST_NAMED);
  const own = order.find(({ name }) => name === truth);
  if (own !== undefined && !named.includes(own)) named.push(own);
  return named.map(({ name, count }) => `${nameOf(name)}: ${count}`).join(', ');
}

/** An image in a few levels of ink, a path a level. */
function picture(
  pixels: ArrayLike<number>,
  { width, height }: { readonly width: number; readonly height: number },
  title: string,
): string {
  const channels = Math.max(1, Math.floor(pixels.length / (width * height)));
  const values = Array.from({ length: width * height }, (_, at) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += pixels[at * channels + channel];
    return sum / channels;
  });
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const paths = new Array<string>(LEVELS + 1).fill('');
  const levelAt = (at: number): number =>
    most > 0 ? Math.max(0, Math.round((values[at] / most) * LEVELS)) : 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; ) {
      const level = levelAt(row * width + column);
      let end = column + 1;
      while (end < width && levelAt(row * width + end) === level) end++;
      if (level > 0) paths[level] += `M${column} ${row}h${end - column}v1h${column - end}z`;
      column = end;
    }
  }
  const ink = paths.map((d, level) =>
    d === '' ? '' : element('path', { d, fill: 'currentColor', 'fill-opacity': level / LEVELS }),
  );
  const ground = element('rect', { width, height, fill: TILE });
  const attributes = {
    viewBox: `0 0 ${width} ${height}`,
    width: 56,
    height: Math.round((56 * height) / width),
    role: 'img',
    'shape-rendering': 'crispEdges',
  };
  return element('svg', attributes, `<title>${escapeText(title)}</title>${ground}${ink.join('')}`);
}

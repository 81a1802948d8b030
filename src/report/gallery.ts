import type { PairResult } from '../ensemble/types.js';
import type { Strokes } from '../features/index.js';
import { type ImageShape, NEGATIVE, POSITIVE, weightImage } from './heatmaps.js';
import { formatCount, formatGap, formatShare } from './numbers.js';
import { dataTable } from './shell.js';
import { describeGap, describeStage, givenWords, knownGap, softWords } from './stage-lines.js';
import { strokeImage } from './strokes.js';
import { escapeText } from './svg.js';

/** Every pair with the incoming weights of its first-layer neurons: what it looks at, and what it ignores. */
export function pairGallery(pairs: readonly PairResult[], image: ImageShape, strokes?: Strokes): string {
  if (!hasPictures(pairs, image, strokes)) return pairTable(pairs);
  const figures = pairs.map((pair) => {
    const [first, second] = pair.classes.map(escapeText);
    const caption = `<b>${first}</b> against <b>${second}</b><br>${escapeText(weightsOf(pair))}<br>${escapeText(stagesOf(pair))}`;
    return `<figure><div class="pictures">${neuronImages(pair, image, strokes)}</div><figcaption>${caption}</figcaption></figure>`;
  });
  return `${strokes === undefined ? LEGEND : STROKES_LEGEND}<div class="pairs">${figures.join('\n')}</div>`;
}

export function hasPictures(pairs: readonly PairResult[], image: ImageShape, strokes?: Strokes): boolean {
  return pairs.some((pair) => isPicture(pair, image, strokes));
}

const LEGEND =
  '<p class="note">One picture a neuron of the first layer, every weight where its pixel is: bright pixels under ' +
  `${swatch(POSITIVE)} orange raise the neuron's sum, those under ${swatch(NEGATIVE)} blue lower it, and grey ones are ` +
  'not even read; the neuron answers with the sign. One of a single colour, or of none, says the same of every image: the layers ' +
  'above use it as a constant, and the others tell the classes apart.</p>';

const STROKES_LEGEND =
  '<p class="note">One picture a neuron of the first layer, every weight as a stroke where the upright image has its cell: edges that ' +
  `run along ${swatch(POSITIVE)} orange strokes, brighter on the side that a stroke is set off to, raise the neuron's sum, those along ` +
  `${swatch(NEGATIVE)} blue ones lower it; where there is no stroke nothing is read.</p>`;

function swatch(color: string): string {
  return `<i class="key" style="background:${color}"></i>`;
}

/** Where inputs are no picture, a line a pair. */
function pairTable(pairs: readonly PairResult[]): string {
  const heads = ['classes', 'weights in use', 'stages'].map((title) => ({ title }));
  const rows = pairs.map((pair) => [pair.classes.join(' against '), weightsOf(pair), stagesOf(pair)]);
  return dataTable('The networks', heads, rows);
}

function weightsOf(pair: PairResult): string {
  if (pair.network === null) return 'no network';
  const share = pair.links === 0 ? '' : ` (${formatShare(pair.nonzero / pair.links)})`;
  return `${formatCount(pair.nonzero)} of ${formatCount(pair.links)} weights${share}`;
}

/** What is proved, and the gaps of what is not. */
function stagesOf(pair: PairResult): string {
  const open = pair.stages.filter((result) => result.stopReason !== 'proved' && knownGap(result) !== null);
  const settled = pair.stages.filter((result) => !open.includes(result));
  const parts = settled.map((result) => {
    const unbounded = result.stopReason !== 'proved' && result.objective !== null;
    return `${result.stage} ${unbounded ? [describeGap(result), ...softWords(result)].join(', ') : describeStage(result)}`;
  });
  if (open.length > 0)
    parts.push(
      `gap ${open.map((result) => [`${result.stage} ${formatGap(knownGap(result))}`, ...givenWords(result)].join(', ')).join(', ')}`,
    );
  const uncertified = pair.uncertified?.length ?? 0;
  if (uncertified > 0) parts.push(`${formatCount(uncertified)} not certified`);
  return parts.join('; ');
}

function isPicture(pair: PairResult, image: ImageShape, strokes?: Strokes): boolean {
  if (image === undefined || pair.network === null) return false;
  return pair.network.layers[0] === (strokes?.strokes.length ?? image.width * image.height);
}

function neuronImages(pair: PairResult, image: ImageShape, strokes?: Strokes): string {
  if (pair.network === null || image === undefined || !isPicture(pair, image, strokes)) return '';
  const { weights, weightBound } = pair.network;
  return weights[0]
    .map((neuron, index) => {
      const title = `neuron ${index + 1} of ${pair.classes.join(' against ')}`;
      return strokes === undefined
        ? weightImage(neuron, weightBound, image, 68, title)
        : strokeImage(neuron, weightBound, strokes, image, 68, title);
    })
    .join('');
}

import { InputError } from '../../errors.js';
import { type DeskewSpec, greyLevels, type HogSpec, hogShape, type ImageSize } from '../../features/index.js';
import { cellShares, directionTable, ROOTS } from '../../features/tables.js';
import type { Front } from '../front.js';
import { listed } from './names.js';

/*
 * Feature maps in C: docs/features.md step by step, in whole numbers. Instead of the tables of 65,536 magnitudes and directions there are a
 * root and a search among a few dozen tangents, which were held against every pair of differences.
 */

type FeatureFront = Extract<Front, { kind: 'features' }>;

const BYTES = 256;
/** Sums of a cell stay below 2^32 up to this side: 5770 sixteenths of a grey, times 16 parts of a bin, times 256 parts of a cell, a pixel. */
const SHORT_CELL = 13;

/** Bytes of the constant tables. */
export function featureBytes({ fitted, image }: FeatureFront): number {
  const { spec } = fitted;
  if (spec.name === 'deskew') return BYTES + (spec.root ? BYTES : 0);
  const { width, height } = hogShape(spec, image);
  return 2 * BYTES + 4 * 4 * spec.bins + 3 * (width + height);
}

/** `N_front`: the features of an image of bytes. */
export function featuresText(front: FeatureFront): string {
  const { spec } = front.fitted;
  const { width, height } = front.image;
  // N and D of the slope, and twice of them, in 64 bits.
  if ((255 * spec.channels * width * height * height) ** 2 >= 2 ** 61) {
    throw new InputError(
      `features: images of ${width} x ${height} pixels are too large for moments in 64 bits`,
    );
  }
  const upright = spec.name === 'deskew' || spec.deskew;
  const zoom = spec.name === 'hog' ? spec.zoom : 1;
  const parts = [greyText(front)];
  if (upright) parts.push(stanceText(front.image, spec.channels));
  if (upright || zoom > 1) parts.push(HELPERS, drawText(front.image, zoom, spec.channels));
  parts.push(
    spec.name === 'deskew' ? deskewText(spec, front.image) : hogText(spec, front.image, upright || zoom > 1),
  );
  return parts.join('\n\n');
}

function bytes(name: string, values: ArrayLike<number>, bits = 8): string {
  return `static const uint${bits}_t ${name}[${values.length}] N_ROM = {\n${listed(Array.from(values))}\n};`;
}

function greyText({ fitted }: FeatureFront): string {
  const levels = new Int32Array(BYTES);
  greyLevels(
    Array.from({ length: BYTES }, (_, x) => x),
    fitted,
    levels,
  );
  return `/* Grey levels of bytes: black is 0, white 255. */\n${bytes('N_greys', levels)}\n#define N_GREY(x) N_READ8(&N_greys[x])`;
}

const HELPERS = `/* a / b rounded down, b > 0. */
static int32_t N_div(int32_t a, int32_t b)
{
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

/* a / b to nearest, halves up. */
static int32_t N_near(int32_t a, int32_t b)
{
    return N_div(2 * a + b, 2 * b);
}`;

function stanceText({ width, height }: ImageSize, channels: number): string {
  const grey = Array.from({ length: channels }, (_, c) => `N_GREY(x[${c}])`).join(' + ');
  return `/* Centre of mass in 1/256 pixels, and how much the image leans: columns a row, times 65536. */
static void N_stance(const N_input_t *x, int32_t *cx, int32_t *cy, int32_t *slope)
{
    int64_t s = 0, sx = 0, sy = 0, sxy = 0, syy = 0, top, low, rest;
    int32_t row, column, quotient = 0, bit;
    *cx = 128 * (${width} - 1);
    *cy = 128 * (${height} - 1);
    *slope = 0;
    for (row = 0; row < ${height}; row++) {
        int32_t sum = 0, across = 0;
        for (column = 0; column < ${width}; column++, x += ${channels}) {
            const int32_t grey = ${grey};
            sum += grey;
            across += grey * column;
        }
        s += sum;
        sx += across;
        sy += (int64_t)sum * row;
        sxy += (int64_t)across * row;
        syy += (int64_t)sum * row * row;
    }
    if (s == 0) return;
    *cx = (int32_t)((512 * sx + s) / (2 * s));
    *cy = (int32_t)((512 * sy + s) / (2 * s));
    top = s * sxy - sx * sy;
    low = s * syy - sy * sy;
    if (low == 0) return;
    rest = top < 0 ? -top : top;
    if (rest >= low) {
        *slope = top < 0 ? -65536 : 65536;
        return;
    }
    /* 65536 top / low by long division. */
    for (bit = 0; bit < 16; bit++) {
        rest *= 2;
        quotient *= 2;
        if (rest >= low) {
            rest -= low;
            quotient++;
        }
    }
    if (top >= 0) *slope = quotient + (2 * rest >= low ? 1 : 0);
    else *slope = -(quotient + (2 * rest > low ? 1 : 0));
}`;
}

function drawText({ width, height }: ImageSize, zoom: number, channels: number): string {
  const [across, down] = [zoom * width, zoom * height];
  return `static int32_t N_at(const N_input_t *x, int32_t column, int32_t row)
{
    if (column < 0 || column >= ${width} || row < 0 || row >= ${height}) return 0;
    return N_GREY(x[(size_t)(row * ${width} + column)${channels === 1 ? '' : ` * ${channels}`}]);
}

/* The image upright about its centre, which comes to the middle of the canvas. */
static void N_draw(const N_input_t *x, int32_t cx, int32_t cy, int32_t slope, uint8_t *canvas)
{
    int32_t row, column;
    for (row = 0; row < ${down}; row++) {
        const int32_t v = 2 * row - (${down} - 1);
        const int32_t py = cy + N_near(128 * v, ${zoom});
        const int32_t lean = cx + N_near(slope * v, 512 * (int32_t)${zoom});
        const int32_t top = N_div(py, 256), fy = py - 256 * top;
        for (column = 0; column < ${across}; column++) {
            const int32_t px = lean + N_near(128 * (2 * column - (${across} - 1)), ${zoom});
            const int32_t left = N_div(px, 256), fx = px - 256 * left;
            const int32_t up = N_at(x, left, top) * (256 - fx) + N_at(x, left + 1, top) * fx;
            const int32_t low = N_at(x, left, top + 1) * (256 - fx) + N_at(x, left + 1, top + 1) * fx;
            *canvas++ = (uint8_t)((up * (256 - fy) + low * fy + 32768) / 65536);
        }
    }
}`;
}

function deskewText({ root, channels }: DeskewSpec, { width, height }: ImageSize): string {
  const pixels = width * height;
  const draws = Array.from({ length: channels }, (_, c) =>
    c === 0
      ? '    N_draw(x, cx, cy, slope, values);'
      : `    N_draw(x + ${c}, cx, cy, slope, values + ${c * pixels});`,
  ).join('\n');
  const roots = `${bytes('N_roots', ROOTS)}\n\n`;
  const each = `    for (i = 0; i < ${pixels * channels}; i++) values[i] = N_READ8(&N_roots[values[i]]);\n`;
  return `${root ? roots : ''}static void N_front(const N_input_t *x, uint8_t *values)
{
    int32_t cx, cy, slope;
${root ? '    size_t i;\n' : ''}    N_stance(x, &cx, &cy, &slope);
${draws}
${root ? each : ''}}`;
}

/**
 * The least tangents, times 65536, of directions of at least k sixteenths of a bin, k = 1, 2, .. up to a quarter turn. Two ratios of
 * differences are further apart than 1/65536, so there is a whole number between those below and the rest.
 */
export function tangents(bins: number): number[] {
  const table = directionTable(bins);
  return Array.from({ length: 4 * bins }, (_, at) => {
    let least = Number.POSITIVE_INFINITY;
    for (let dy = 0; dy < BYTES; dy++) {
      for (let dx = 1; dx < BYTES; dx++) {
        if (table[dy * BYTES + dx] > at) least = Math.min(least, Math.floor((dy * 65536) / dx));
      }
    }
    // Only straight up: beyond every ratio.
    return Number.isFinite(least) ? least : 255 * 65536 + 1;
  });
}

function hogText(spec: HogSpec, image: ImageSize, drawn: boolean): string {
  const { cell, bins, deskew, channels } = spec;
  const { width, height, across, down, left, top } = hogShape(spec, image);
  const columns = cellShares(width, left, cell);
  const rows = cellShares(height, top, cell);
  const wide = Math.max(across, down) + 1 > 255 ? 16 : 8;
  const sum = cell <= SHORT_CELL ? 'uint32_t' : 'uint64_t';
  const turn = 16 * bins;
  const canvas = drawn
    ? deskew
      ? '    N_draw(x, cx, cy, slope, canvas);\n'
      : `    N_draw(x, 128 * (${image.width} - 1), 128 * (${image.height} - 1), 0, canvas);\n`
    : `    for (i = 0; i < ${width * height}; i++) canvas[i] = N_GREY(x[${channels === 1 ? 'i' : `${channels} * i`}]);\n`;
  const stand = drawn && deskew;
  const stance = 'int32_t cx, int32_t cy, int32_t slope, ';
  const calls = Array.from({ length: channels }, (_, c) => {
    const at =
      c === 0 ? ['x', 'values'] : [`x + ${c}`, `values + ${(across - 1) * (down - 1) * 4 * bins * c}`];
    return `    N_histograms(${at[0]}, ${stand ? 'cx, cy, slope, ' : ''}${at[1]});`;
  }).join('\n');
  return `${bytes('N_roots', ROOTS)}

/* Tangents, times 65536, of the directions between two sixteenths of a bin. */
static const uint32_t N_tangents[${4 * bins}] N_ROM = {
${listed(tangents(bins).map((value) => `${value}u${value > 65535 ? 'l' : ''}`))}
};

/* Which cells a column or row of the canvas counts to: one more than the left one, and sixteenths of the right one. */
${bytes('N_cell_x', columns.first, wide)}
${bytes('N_part_x', columns.share)}
${bytes('N_cell_y', rows.first, wide)}
${bytes('N_part_y', rows.share)}

/* Half the root of n to the nearest whole number. */
static uint32_t N_half_root(uint32_t n)
{
    uint32_t root = 0, bit = UINT32_C(1) << 30;
    while (bit > n) bit >>= 2;
    for (; bit != 0; bit >>= 2) {
        if (n >= root + bit) {
            n -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (root + 1) >> 1;
}

static void N_add(${sum} *cells, int32_t column, int32_t row, unsigned int bin, ${sum} amount)
{
    if (column < 0 || column >= ${across} || row < 0 || row >= ${down}) return;
    cells[(size_t)(row * ${across} + column) * ${bins} + bin] += amount;
}

/* The gradient (dx, dy) of one pixel, shared between two directions and four cells. */
static void N_gradient(${sum} *cells, int32_t column, int32_t row, int32_t dx, int32_t dy)
{
    const uint32_t a = (uint32_t)(dx < 0 ? -dx : dx), b = (uint32_t)(dy < 0 ? -dy : dy);
    const uint32_t length = N_half_root(1024u * (a * a + b * b));
    const int32_t x = (int32_t)N_READ${wide}(&N_cell_x[column]) - 1, y = (int32_t)N_READ${wide}(&N_cell_y[row]) - 1;
    const uint32_t right = N_READ8(&N_part_x[column]), low = N_READ8(&N_part_y[row]);
    unsigned int from = 0, to = ${4 * bins}, angle, bin, next;
    uint32_t second, first;
    while (from < to) {
        const unsigned int middle = (from + to) / 2u;
        if (b * 65536u >= N_READ32(&N_tangents[middle]) * a) from = middle + 1u;
        else to = middle;
    }
    angle = from;
    if (dx < 0) angle = ${turn / 2}u - angle;
    if (dy < 0) angle = ${turn}u - angle;
    if (angle >= ${turn}u) angle -= ${turn}u;
    bin = angle / 16u;
    next = bin + 1u == ${bins}u ? 0u : bin + 1u;
    second = length * (angle % 16u);
    first = length * 16u - second;
    N_add(cells, x, y, bin, (${sum})((16u - low) * (16u - right) * first));
    N_add(cells, x, y, next, (${sum})((16u - low) * (16u - right) * second));
    N_add(cells, x + 1, y, bin, (${sum})((16u - low) * right * first));
    N_add(cells, x + 1, y, next, (${sum})((16u - low) * right * second));
    N_add(cells, x, y + 1, bin, (${sum})(low * (16u - right) * first));
    N_add(cells, x, y + 1, next, (${sum})(low * (16u - right) * second));
    N_add(cells, x + 1, y + 1, bin, (${sum})(low * right * first));
    N_add(cells, x + 1, y + 1, next, (${sum})(low * right * second));
}

/* Histograms of oriented gradients, 2 x 2 cells made comparable at a time. */
static void N_histograms(const N_input_t *x, ${stand ? stance : ''}uint8_t *values)
{
    uint8_t canvas[${width * height}];
    ${sum} cells[${across * down * bins}];
    size_t i;
    int32_t row, column;
${canvas}    for (i = 0; i < ${width * height}; i++) canvas[i] = N_READ8(&N_roots[canvas[i]]);
    for (i = 0; i < ${across * down * bins}; i++) cells[i] = 0;
    for (row = 0; row < ${height}; row++) {
        for (column = 0; column < ${width}; column++) {
            const uint8_t *at = canvas + (size_t)(row * ${width} + column);
            const int32_t dx = column > 0 && column < ${width - 1} ? (int32_t)at[1] - (int32_t)at[-1] : 0;
            const int32_t dy = row > 0 && row < ${height - 1} ? (int32_t)at[${width}] - (int32_t)at[-${width}] : 0;
            if (dx != 0 || dy != 0) N_gradient(cells, column, row, dx, dy);
        }
    }
    for (i = 0; i < ${across * down * bins}; i++) cells[i] = (cells[i] + 128u) / 256u;
    for (row = 0; row < ${down - 1}; row++) {
        for (column = 0; column < ${across - 1}; column++) {
            const ${sum} *block = cells + (size_t)(row * ${across} + column) * ${bins};
            ${sum} all = ${2304 * cell * cell}u;
            int line;
            for (i = 0; i < ${2 * bins}; i++) all += block[i] + block[${across * bins} + i];
            for (line = 0; line < 2; line++, block += ${across * bins}) {
                for (i = 0; i < ${2 * bins}; i++) {
                    *values++ = (uint8_t)N_half_root((uint32_t)((UINT64_C(260100) * block[i] + all / 2u) / all));
                }
            }
        }
    }
}

static void N_front(const N_input_t *x, uint8_t *values)
{
${stand ? '    int32_t cx, cy, slope;\n    N_stance(x, &cx, &cy, &slope);\n' : ''}${calls}
}`;
}

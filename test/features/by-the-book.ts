/**
 * docs/features.md once more, written from that page alone: whole numbers as `bigint`, no table, no code of src/features. Slow, and meant
 * to be read beside the page.
 */
export interface Book {
  name: 'hog' | 'deskew';
  cell?: number;
  bins?: number;
  zoom?: number;
  deskew?: number;
  root?: number;
  channels?: number;
}

const div = (a: bigint, b: bigint): bigint => {
  const quotient = a / b; // towards 0
  return quotient * b > a ? quotient - 1n : quotient;
};
const nearest = (a: bigint, b: bigint): bigint => div(2n * a + b, 2n * b);

function isqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1); // at least the root: Newton's steps fall to its whole part
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}
const halfroot = (n: bigint): bigint => div(isqrt(n) + 1n, 2n);

type Picture = (x: number, y: number) => bigint;

function picture(values: readonly bigint[], width: number, height: number): Picture {
  return (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0n : values[y * width + x]);
}

/** Features of an image before the means are taken off. */
export function byTheBook(
  book: Book,
  image: ArrayLike<number>,
  w: number,
  h: number,
  black: number,
  white: number,
): number[] {
  const levels = Array.from(image, (v) =>
    v <= black ? 0n : v >= white ? 255n : nearest(255n * BigInt(v - black), BigInt(white - black)),
  );
  const channels = book.channels ?? 1;
  const pixels = Array.from({ length: w * h }, (_, at) => levels.slice(at * channels, (at + 1) * channels));
  const light = pixels.map((values) => values.reduce((sum, g) => sum + g, 0n));
  return Array.from({ length: channels }, (_, channel) =>
    ofChannel(
      book,
      pixels.map((values) => values[channel]),
      light,
      w,
      h,
    ),
  ).flat();
}

function ofChannel(
  book: Book,
  grey: readonly bigint[],
  light: readonly bigint[],
  w: number,
  h: number,
): number[] {
  const zoom = book.name === 'hog' ? (book.zoom ?? 1) : 1;
  const upright = book.name === 'deskew' || (book.deskew ?? 1) === 1;
  const [W, H] = [zoom * w, zoom * h];
  const canvas = upright || zoom > 1 ? drawn(grey, light, w, h, zoom, upright) : grey;
  if (book.name === 'deskew') {
    return canvas.map((g) => Number(book.root === 1 ? halfroot(1020n * g) : g));
  }
  return histograms(canvas, W, H, book.cell ?? 4, book.bins ?? 12);
}

function drawn(
  grey: readonly bigint[],
  light: readonly bigint[],
  w: number,
  h: number,
  zoom: number,
  upright: boolean,
): bigint[] {
  let [S, Sx, Sy, Sxy, Syy] = [0n, 0n, 0n, 0n, 0n];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const g = light[y * w + x];
      S += g;
      Sx += g * BigInt(x);
      Sy += g * BigInt(y);
      Sxy += g * BigInt(x * y);
      Syy += g * BigInt(y * y);
    }
  }
  let [cx, cy, a] = [BigInt(128 * (w - 1)), BigInt(128 * (h - 1)), 0n];
  if (upright && S > 0n) {
    cx = nearest(256n * Sx, S);
    cy = nearest(256n * Sy, S);
    const N = S * Sxy - Sx * Sy;
    const D = S * Syy - Sy * Sy;
    a = D === 0n ? 0n : N >= D ? 65536n : N <= -D ? -65536n : nearest(65536n * N, D);
  }
  const g = picture(grey, w, h);
  const z = BigInt(zoom);
  const out: bigint[] = [];
  for (let Y = 0; Y < zoom * h; Y++) {
    for (let X = 0; X < zoom * w; X++) {
      const u = BigInt(2 * X - (zoom * w - 1));
      const v = BigInt(2 * Y - (zoom * h - 1));
      const py = cy + nearest(128n * v, z);
      const px = cx + nearest(a * v, 512n * z) + nearest(128n * u, z);
      const [x0, y0] = [Number(div(px, 256n)), Number(div(py, 256n))];
      const [fx, fy] = [px - 256n * BigInt(x0), py - 256n * BigInt(y0)];
      const up = g(x0, y0) * (256n - fx) + g(x0 + 1, y0) * fx;
      const low = g(x0, y0 + 1) * (256n - fx) + g(x0 + 1, y0 + 1) * fx;
      out.push(div(up * (256n - fy) + low * fy + 32768n, 65536n));
    }
  }
  return out;
}

function histograms(canvas: readonly bigint[], W: number, H: number, cell: number, bins: number): number[] {
  const r = picture(
    canvas.map((g) => halfroot(1020n * g)),
    W,
    H,
  );
  const across = Math.floor(W / cell);
  const down = Math.floor(H / cell);
  const left = Math.floor((W - across * cell) / 2);
  const top = Math.floor((H - down * cell) / 2);
  const A = new Map<string, bigint>();
  const add = (column: number, row: number, bin: number, amount: bigint): void => {
    const key = `${column} ${row} ${bin}`;
    A.set(key, (A.get(key) ?? 0n) + amount);
  };
  const along = (x: number, begin: number): [number, bigint][] => {
    const s = nearest(BigInt(8 * (2 * (x - begin) + 1 - cell)), BigInt(cell));
    const j = div(s, 16n);
    return [
      [Number(j), 16n - (s - 16n * j)],
      [Number(j) + 1, s - 16n * j],
    ];
  };
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const dx = x === 0 || x === W - 1 ? 0n : r(x + 1, y) - r(x - 1, y);
      const dy = y === 0 || y === H - 1 ? 0n : r(x, y + 1) - r(x, y - 1);
      if (dx === 0n && dy === 0n) continue;
      const m = halfroot(1024n * (dx * dx + dy * dy));
      let turns = Math.atan2(Number(dy), Number(dx)) / (2 * Math.PI);
      if (turns < 0) turns += 1;
      const t = Math.round(turns * 16 * bins) % (16 * bins);
      const k = Math.floor(t / 16);
      const f = BigInt(t - 16 * k);
      for (const [row, ofRow] of along(y, top)) {
        for (const [column, ofColumn] of along(x, left)) {
          add(column, row, k, m * (16n - f) * ofColumn * ofRow);
          add(column, row, (k + 1) % bins, m * f * ofColumn * ofRow);
        }
      }
    }
  }
  const B = (column: number, row: number, bin: number): bigint =>
    div((A.get(`${column} ${row} ${bin}`) ?? 0n) + 128n, 256n);
  const features: number[] = [];
  for (let row = 0; row + 1 < down; row++) {
    for (let column = 0; column + 1 < across; column++) {
      const block = [
        [column, row],
        [column + 1, row],
        [column, row + 1],
        [column + 1, row + 1],
      ].flatMap(([i, j]) => Array.from({ length: bins }, (_, bin) => B(i, j, bin)));
      const Z = block.reduce((sum, b) => sum + b, BigInt(2304 * cell * cell));
      features.push(...block.map((b) => Number(halfroot(div(260100n * b + div(Z, 2n), Z)))));
    }
  }
  return features;
}

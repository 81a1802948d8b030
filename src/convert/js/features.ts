/*
 * Feature maps in a converted model in JavaScript, as text: docs/features.md step by step. `features(grey)` fills `values` from whole grey values
 * of an image. What is slow here (a root a pixel) is short, and a module stays a few kB beside its weights.
 */
export const FEATURES_RUNTIME = `
const map = model.features;
const { width, height } = model.image;
const channels = map.channels ?? 1;
const near = (a, b) => Math.floor((2 * a + b) / (2 * b));
const halfRoot = (n) => (Math.floor(Math.sqrt(n)) + 1) >> 1;
const roots = Array.from({ length: 256 }, (_, grey) => halfRoot(1020 * grey));

function levels(row) {
  const range = map.white - map.black;
  return row.map((v) => (v <= map.black ? 0 : v >= map.white ? 255 : near(255 * (v - map.black), range)));
}

function stance(grey) {
  let [s, sx, sy, sxy, syy] = [0, 0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      s += grey[at];
      sx += grey[at] * x;
      sy += grey[at] * y;
      sxy += grey[at] * x * y;
      syy += grey[at] * y * y;
    }
  }
  if (s === 0) return [128 * (width - 1), 128 * (height - 1), 0];
  const top = BigInt(s) * BigInt(sxy) - BigInt(sx) * BigInt(sy);
  const low = BigInt(s) * BigInt(syy) - BigInt(sy) * BigInt(sy);
  let slope = 0;
  if (low !== 0n) {
    if (top >= low) slope = 65536;
    else if (top <= -low) slope = -65536;
    else {
      // Shifted by whole turns of the divisor, so that a quotient rounded towards zero is one rounded down.
      slope = Number((131072n * (top + low) + low) / (2n * low)) - 65536;
    }
  }
  return [near(256 * sx, s), near(256 * sy, s), slope];
}

function draw(grey, [cx, cy, slope], zoom) {
  const canvas = [];
  const at = (x, y) => (x < 0 || x >= width || y < 0 || y >= height ? 0 : grey[y * width + x]);
  for (let row = 0; row < zoom * height; row++) {
    const v = 2 * row - (zoom * height - 1);
    const py = cy + near(128 * v, zoom);
    const lean = cx + near(slope * v, 512 * zoom);
    const y = Math.floor(py / 256);
    const fy = py - 256 * y;
    for (let column = 0; column < zoom * width; column++) {
      const px = lean + near(128 * (2 * column - (zoom * width - 1)), zoom);
      const x = Math.floor(px / 256);
      const fx = px - 256 * x;
      const up = at(x, y) * (256 - fx) + at(x + 1, y) * fx;
      const down = at(x, y + 1) * (256 - fx) + at(x + 1, y + 1) * fx;
      canvas.push(Math.floor((up * (256 - fy) + down * fy + 32768) / 65536));
    }
  }
  return canvas;
}

function shares(pixels, begin, cell) {
  return Array.from({ length: pixels }, (_, x) => {
    const place = near(8 * (2 * (x - begin) + 1 - cell), cell);
    const first = Math.floor(place / 16);
    return [first, place - 16 * first];
  });
}

function histograms(canvas, wide, high) {
  const { cell, bins } = map;
  const across = Math.floor(wide / cell);
  const down = Math.floor(high / cell);
  const columns = shares(wide, (wide - across * cell) >> 1, cell);
  const lines = shares(high, (high - down * cell) >> 1, cell);
  const turn = 16 * bins;
  const r = canvas.map((grey) => roots[grey]);
  const cells = new Float64Array(across * down * bins);
  for (let y = 0, at = 0; y < high; y++) {
    for (let x = 0; x < wide; x++, at++) {
      const dx = x > 0 && x < wide - 1 ? r[at + 1] - r[at - 1] : 0;
      const dy = y > 0 && y < high - 1 ? r[at + wide] - r[at - wide] : 0;
      if (dx === 0 && dy === 0) continue;
      const length = halfRoot(1024 * (dx * dx + dy * dy));
      let angle = Math.floor((Math.atan2(Math.abs(dy), Math.abs(dx)) * turn) / (2 * Math.PI) + 0.5);
      if (dx < 0) angle = turn / 2 - angle;
      if (dy < 0) angle = turn - angle;
      if (angle >= turn) angle -= turn;
      for (const [bin, part] of [
        [angle >> 4, 16 - (angle & 15)],
        [((angle >> 4) + 1) % bins, angle & 15],
      ]) {
        for (const [row, low] of [
          [lines[y][0], 16 - lines[y][1]],
          [lines[y][0] + 1, lines[y][1]],
        ]) {
          for (const [column, right] of [
            [columns[x][0], 16 - columns[x][1]],
            [columns[x][0] + 1, columns[x][1]],
          ]) {
            if (row < 0 || row >= down || column < 0 || column >= across) continue;
            cells[(row * across + column) * bins + bin] += length * part * low * right;
          }
        }
      }
    }
  }
  const b = cells.map((sum) => Math.floor((sum + 128) / 256));
  const found = [];
  for (let y = 0; y + 1 < down; y++) {
    for (let x = 0; x + 1 < across; x++) {
      const block = [0, 1].flatMap((row) => {
        const from = ((y + row) * across + x) * bins;
        return [...b.subarray(from, from + 2 * bins)];
      });
      const all = block.reduce((sum, amount) => sum + amount, 2304 * cell * cell);
      for (const amount of block) found.push(halfRoot(Math.floor((260100 * amount + Math.floor(all / 2)) / all)));
    }
  }
  return found;
}

function features(row) {
  const grey = levels(row);
  const zoom = map.name === 'hog' ? map.zoom : 1;
  const upright = map.name === 'deskew' || map.deskew;
  const stands = [128 * (width - 1), 128 * (height - 1), 0];
  const pictures = Array.from({ length: channels }, (_, c) => grey.filter((_, at) => at % channels === c));
  const light = pictures[0].map((_, at) => pictures.reduce((sum, picture) => sum + picture[at], 0));
  const stood = upright ? stance(light) : stands;
  const found = pictures.flatMap((picture) => {
    const canvas = upright || zoom > 1 ? draw(picture, stood, zoom) : picture;
    return map.name === 'hog'
      ? histograms(canvas, zoom * width, zoom * height)
      : canvas.map((level) => (map.root ? roots[level] : level));
  });
  for (let i = 0; i < found.length; i++) values[i] = found[i] - map.middle[i];
}
`;

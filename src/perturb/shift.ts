/** The image moved by whole pixels, to the right for `right` > 0 and down for `down` > 0; what comes in is 0. */
export function shifted(
  image: ArrayLike<number>,
  width: number,
  height: number,
  right: number,
  down: number,
): Int32Array {
  const out = new Int32Array(width * height);
  for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
    for (let x = Math.max(0, right); x < Math.min(width, width + right); x++) {
      out[y * width + x] = image[(y - down) * width + (x - right)];
    }
  }
  return out;
}

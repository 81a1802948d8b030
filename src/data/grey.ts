/**
 * The grey of coloured pixels, `(299 r + 587 g + 114 b + 500) div 1000`: a whole number between the least and the largest of the three.
 * Maps, copies and networks know one value a pixel, and this is the one that images in colour have here.
 *
 * @param values red, green and blue of one pixel after another: whole numbers of 32 bits, of either sign
 */
export function greyOfColour(values: ArrayLike<number>): Int32Array {
  const grey = new Int32Array(Math.floor(values.length / 3));
  for (let at = 0; at < grey.length; at++) {
    grey[at] = greyOf(values[3 * at], values[3 * at + 1], values[3 * at + 2]);
  }
  return grey;
}

/** The same of one pixel. */
export function greyOf(red: number, green: number, blue: number): number {
  return Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/** 32-bit numbers, the most significant byte first: the header of an IDX file. */
export function idxHeader(...numbers: number[]): Buffer {
  const header = Buffer.alloc(4 * numbers.length);
  for (const [index, value] of numbers.entries()) header.writeUInt32BE(value, 4 * index);
  return header;
}

/** Two images of 2x2 pixels, of the labels 0 and 1. */
export const twoImages = {
  images: Buffer.concat([idxHeader(2051, 2, 2, 2), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])]),
  labels: Buffer.concat([idxHeader(2049, 2), Buffer.from([0, 1])]),
};

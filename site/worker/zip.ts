/** A file of an export. */
export interface ExportedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A ZIP archive (APPNOTE 6.3, method 0: stored) of a few small files: what a page can hand over in one piece. */
export function zipped(files: readonly ExportedFile[]): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const path = encoder.encode(name);
    const bytes = new Uint8Array(typeof content === 'string' ? encoder.encode(content) : content);
    // Version 2.0, names in UTF-8, stored, the first moment that ZIP knows; sum and sizes.
    const common = [20, 0x800, 0, 0, 0x21];
    const sizes = [checksum(bytes), bytes.length, bytes.length];
    parts.push(record(0x04034b50, common, sizes, [path.length, 0]), path, bytes);
    directory.push(record(0x02014b50, [20, ...common], sizes, [path.length, 0, 0, 0, 0], [0, offset]), path);
    offset += 30 + path.length + bytes.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record(0x06054b50, [0, 0, files.length, files.length], [size, offset], [0]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** A signature, then groups of numbers: 16 bits, 32 bits, 16 bits, 32 bits; little endian. */
function record(
  signature: number,
  shorts: readonly number[],
  longs: readonly number[],
  more: readonly number[],
  last: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  const put = (value: number, size: number): void => {
    for (let at = 0; at < size; at++) bytes.push((value >>> (8 * at)) & 255);
  };
  put(signature, 4);
  for (const value of shorts) put(value, 2);
  for (const value of longs) put(value, 4);
  for (const value of more) put(value, 2);
  for (const value of last) put(value, 4);
  return Uint8Array.from(bytes);
}

/** CRC-32 as ZIP has it, bit by bit: the files are some kilobytes. */
function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

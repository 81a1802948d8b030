/**
 * SHA-256 (FIPS 180-4), because the core runs in browsers and loads models synchronously, where the platform only has an
 * asynchronous digest. Used against accidents (a truncated or edited model, the wrong data on resume), not against
 * forgers: the sum travels in the file that it protects.
 */
const ROUND_CONSTANTS = fractionalBits(64, (prime) => Math.cbrt(prime));
const INITIAL_HASH = fractionalBits(8, (prime) => Math.sqrt(prime));
const BLOCK_BYTES = 64;

/** The standard's constants: the first 32 fractional bits of a root of the first primes. */
function fractionalBits(count: number, root: (prime: number) => number): Uint32Array {
  const bits = new Uint32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate++) {
    let prime = true;
    for (let d = 2; d * d <= candidate && prime; d++) prime = candidate % d !== 0;
    if (prime) bits[found++] = Math.floor((root(candidate) % 1) * 2 ** 32);
  }
  return bits;
}

/** An incremental hash: `update` any number of times, then `hex` once. */
export class Sha256 {
  private readonly state = Uint32Array.from(INITIAL_HASH);
  private readonly schedule = new Int32Array(64);
  private readonly block = new Uint8Array(BLOCK_BYTES);
  private pending = 0;
  private total = 0;

  /** Adds bytes; a string counts as its UTF-8 encoding. */
  update(data: Uint8Array | string): this {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    this.total += bytes.length;
    let at = 0;
    if (this.pending > 0) {
      at = Math.min(BLOCK_BYTES - this.pending, bytes.length);
      this.block.set(bytes.subarray(0, at), this.pending);
      this.pending += at;
      if (this.pending < BLOCK_BYTES) return this;
      this.compress(this.block, 0);
    }
    for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) this.compress(bytes, at);
    this.block.set(bytes.subarray(at));
    this.pending = bytes.length - at;
    return this;
  }

  /** The digest as 64 lower-case hexadecimal digits. The object is spent afterwards. */
  hex(): string {
    const bits = this.total * 8;
    this.block.fill(0, this.pending);
    this.block[this.pending] = 0x80;
    if (this.pending >= BLOCK_BYTES - 8) {
      this.compress(this.block, 0);
      this.block.fill(0);
    }
    const tail = new DataView(this.block.buffer);
    tail.setUint32(BLOCK_BYTES - 8, Math.floor(bits / 2 ** 32));
    tail.setUint32(BLOCK_BYTES - 4, bits >>> 0);
    this.compress(this.block, 0);
    return Array.from(this.state, (word) => word.toString(16).padStart(8, '0')).join('');
  }

  private compress(bytes: Uint8Array, offset: number): void {
    const w = this.schedule;
    for (let t = 0, i = offset; t < 16; t++, i += 4) {
      w[t] = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    const state = this.state;
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

/** The digest of some bytes, or of a string's UTF-8 encoding, in one go. */
export function sha256(data: Uint8Array | string): string {
  return new Sha256().update(data).hex();
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes the usual batteries, the same on every machine. */
let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let counter: u32 = 1;

export function seedRandom(seed: u32): void {
  a = seed;
  b = seed ^ 0x9e3779b9;
  c = seed * 0x85ebca6b + 1;
  counter = 1;
  for (let i = 0; i < 15; i++) nextU32();
}

export function nextU32(): u32 {
  const t: u32 = a + b + counter++;
  a = b ^ (b >>> 9);
  b = c + (c << 3);
  c = rotl<u32>(c, 21) + t;
  return t;
}

/** Uniform in [0, n), n >= 1, by multiply-shift (bias below n / 2^32, irrelevant for search). */
export function below(n: i32): i32 {
  return <i32>((<u64>nextU32() * <u64>(<u32>n)) >> 32);
}

/** Uniform in [0, 1). */
export function unit(): f64 {
  return <f64>nextU32() / 4294967296.0;
}

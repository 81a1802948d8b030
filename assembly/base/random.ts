import { Random } from './state';

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes the usual batteries, the same on every machine. */

export function seedRandom(seed: u32): void {
  Random.a = seed;
  Random.b = seed ^ 0x9e3779b9;
  Random.c = seed * 0x85ebca6b + 1;
  Random.counter = 1;
  for (let i = 0; i < 15; i++) nextU32();
  Random.asideA = ~seed;
  Random.asideB = seed ^ 0x27d4eb2f;
  Random.asideC = 0x165667b1;
  Random.asideCounter = 1;
}

/** Goes on with the other stream, until the next call: for what is done beside a search and is not to change its course. */
export function swapRandom(): void {
  const a = Random.a;
  const b = Random.b;
  const c = Random.c;
  const counter = Random.counter;
  Random.a = Random.asideA;
  Random.b = Random.asideB;
  Random.c = Random.asideC;
  Random.counter = Random.asideCounter;
  Random.asideA = a;
  Random.asideB = b;
  Random.asideC = c;
  Random.asideCounter = counter;
}

export function nextU32(): u32 {
  const t: u32 = Random.a + Random.b + Random.counter++;
  Random.a = Random.b ^ (Random.b >>> 9);
  Random.b = Random.c + (Random.c << 3);
  Random.c = rotl<u32>(Random.c, 21) + t;
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

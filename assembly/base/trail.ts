import { entries, ENTRY, Trail } from './state';

/**
 * Undoable state: cells anywhere in memory are changed through `setI8`, `setI16`, `setI32`, which remember the old value;
 * `undoTo` puts them back, newest first. Everything that a search changes and takes back is named `rev_...` by its
 * owner and written through here only.
 */

export function clearTrail(): void {
  Trail.count = 0;
}

export function trailMark(): i32 {
  return Trail.count;
}

export function trailRoom(): i32 {
  return Trail.capacity - Trail.count;
}

function save(address: usize, width: i32, old: i32): void {
  assert(address != 0 && Trail.count < Trail.capacity); // whoever writes has asked `trailRoom`
  const at = entries + <usize>Trail.count * ENTRY;
  store<u32>(at, <u32>address);
  store<i32>(at, width, 4);
  store<i32>(at, old, 8);
  Trail.count++;
}

export function setI8(address: usize, value: i32): void {
  save(address, 1, <i32>load<i8>(address));
  store<i8>(address, <i8>value);
}

export function setI16(address: usize, value: i32): void {
  save(address, 2, <i32>load<i16>(address));
  store<i16>(address, <i16>value);
}

export function setI32(address: usize, value: i32): void {
  save(address, 4, load<i32>(address));
  store<i32>(address, value);
}

export function undoTo(mark: i32): void {
  assert(mark >= 0 && mark <= Trail.count);
  while (Trail.count > mark) {
    Trail.count--;
    const at = entries + <usize>Trail.count * ENTRY;
    const address = <usize>load<u32>(at);
    const width = load<i32>(at, 4);
    const old = load<i32>(at, 8);
    if (width == 1) store<i8>(address, <i8>old);
    else if (width == 2) store<i16>(address, <i16>old);
    else store<i32>(address, old);
  }
}

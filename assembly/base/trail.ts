import { CHECKED } from './check';
import { entries, ENTRY, epochs, PLACE, Trail } from './state';

/**
 * Undoable state: cells anywhere in memory are changed through `setI8`, `setI16`, `setI32`, which remember the old value;
 * `undoTo` puts them back, newest first. Everything that a search changes and takes back is named `rev_...` by its
 * owner and written through here only.
 */

export function clearTrail(): void {
  if (CHECKED) forgetPlaces(0);
  Trail.count = 0;
}

/**
 * The mark to undo to. It is stale once something has been undone below it, and in the checked build a stale one stops the engine:
 * there a mark bears how often its place has been undone.
 */
export function trailMark(): i32 {
  if (CHECKED) return Trail.count | (timesUndone(Trail.count) << 18);
  return Trail.count;
}

function timesUndone(place: i32): i32 {
  return <i32>load<u16>(epochs + (<usize>place << 1)) & 0x1fff;
}

/** Marks of places from `from` on are stale. */
function forgetPlaces(from: i32): void {
  for (let place = from; place <= Trail.count; place++) {
    const at = epochs + (<usize>place << 1);
    store<u16>(at, load<u16>(at) + 1);
  }
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
  let to = mark;
  if (CHECKED) {
    to = mark & PLACE;
    assert(to <= Trail.count && mark >>> 18 == timesUndone(to)); // else the mark is stale
    forgetPlaces(to + 1);
  }
  while (Trail.count > to) {
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

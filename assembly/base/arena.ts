import { strain } from './clock';
import { breathe } from './pause';
import { Arena } from './state';

/**
 * One bump arena for everything the engine owns. Memory is taken only while a problem is being loaded; from then on
 * nothing allocates, so views held by the host stay valid and a stage can never fail half way for want of memory.
 *
 *     __heap_base | problem | networks | tableau | search ... | top          (16-byte aligned pieces)
 *
 * A failed growth is remembered in `Arena.failed` and answered by the door with a status, never with a trap.
 */

/** Forget everything; the memory stays with the instance for the next problem. */
export function arenaReset(): void {
  Arena.top = (__heap_base + 15) & ~(<usize>15);
  Arena.failed = false;
}

/** Memory is cleared at about this many bytes a unit of work. */
const BYTES_A_UNIT: f64 = 8;

/**
 * `bytes` zeroed bytes, 16-byte aligned, or address 0 with `Arena.failed` set. Takes a breath: clearing hundreds of megabytes, piece
 * after piece, takes its time.
 */
export function reserve(bytes: usize): usize {
  const start = reserveRaw(bytes);
  if (start) memory.fill(start, 0, bytes);
  strain(<f64>bytes / BYTES_A_UNIT);
  breathe();
  return start;
}

/**
 * As `reserve`, contents unknown: for pools of which every slot is written before it is read. Zeroing megabytes of them
 * would cost a tiny problem more than its solution.
 */
export function reserveRaw(bytes: usize): usize {
  if (Arena.failed) return 0;
  const start = Arena.top;
  const end = (start + bytes + 15) & ~(<usize>15);
  const pages = <i32>((end + 0xffff) >>> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) {
    Arena.failed = true;
    return 0;
  }
  Arena.top = end;
  return start;
}

/** Bytes in use, for the host's report. */
export function arenaUsed(): usize {
  return Arena.top;
}

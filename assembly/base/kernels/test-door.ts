/**
 * A door for the tests and the kernel benchmark only: every kernel twice, under a prefix, and a place in memory to
 * write rows to. The engine does not import it, so nothing of it is in the package.
 */
export {
  addI16 as simdAddI16,
  axpyF32 as simdAxpyF32,
  axpyF64 as simdAxpyF64,
  axpyI32 as simdAxpyI32,
  coversI16 as simdCoversI16,
  dotI16 as simdDotI16,
  dotF32 as simdDotF32,
  dotI16F64 as simdDotI16F64,
  excessI16 as simdExcessI16,
  flooredF32 as simdFlooredF32,
  moveF32 as simdMoveF32,
  penaltyF32 as simdPenaltyF32,
  slopesF32 as simdSlopesF32,
  widenI16 as simdWidenI16,
} from './simd';
export {
  addI16 as scalarAddI16,
  axpyF32 as scalarAxpyF32,
  axpyF64 as scalarAxpyF64,
  axpyI32 as scalarAxpyI32,
  coversI16 as scalarCoversI16,
  dotI16 as scalarDotI16,
  dotF32 as scalarDotF32,
  dotI16F64 as scalarDotI16F64,
  excessI16 as scalarExcessI16,
  flooredF32 as scalarFlooredF32,
  moveF32 as scalarMoveF32,
  penaltyF32 as scalarPenaltyF32,
  slopesF32 as scalarSlopesF32,
  widenI16 as scalarWidenI16,
} from './scalar';

/** The first address that nothing else uses, on a cache line. */
export function freeAt(): usize {
  return (__heap_base + 63) & ~63;
}

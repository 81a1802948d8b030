/**
 * Assertions. `assert` vanishes from the release build (noAssert) only where its argument has no effect: loads and calls stay,
 * because they may trap. What looks at memory therefore stands behind `if (CHECKED)`, which the compiler takes out whole.
 */
export const CHECKED: bool = !ASC_NO_ASSERT;

/** Address of element `index` of `count` that are `1 << shift` bytes wide; the range is asserted. */
// @ts-ignore: decorator
@inline
export function at(base: usize, index: i32, count: i32, shift: usize): usize {
  assert(<u32>index < <u32>count);
  return base + (<usize>index << shift);
}

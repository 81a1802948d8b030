;; The sums of many neurons over one row, four neurons at a time: src/ensemble/predict/fast-sums.ts has the layout, and these bytes.
(module
  (memory (export "memory") 1)
  (func (export "sum")
    (param $row i32) (param $pairs i32) (param $weights i32) (param $sums i32) (param $bytes i32)
    (local $x i32) (local $n i32) (local $values v128)
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $pairs)))
        (local.set $x (i32.load (local.get $row)))
        (if (local.get $x)
          (then
            (local.set $values (i32x4.splat (local.get $x)))
            (local.set $n (i32.const 0))
            (loop $neurons
              (v128.store (i32.add (local.get $sums) (local.get $n))
                (i32x4.add
                  (v128.load (i32.add (local.get $sums) (local.get $n)))
                  (i32x4.dot_i16x8_s
                    (local.get $values)
                    (v128.load8x8_s
                      (i32.add (local.get $weights) (i32.shr_u (local.get $n) (i32.const 1)))))))
              (local.set $n (i32.add (local.get $n) (i32.const 16)))
              (br_if $neurons (i32.lt_u (local.get $n) (local.get $bytes))))))
        (local.set $row (i32.add (local.get $row) (i32.const 4)))
        (local.set $weights (i32.add (local.get $weights) (i32.shr_u (local.get $bytes) (i32.const 1))))
        (local.set $pairs (i32.sub (local.get $pairs) (i32.const 1)))
        (br $next)))))

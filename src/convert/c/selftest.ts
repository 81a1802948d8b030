import type { Golden } from '../answers.js';
import type { Plan } from '../plan.js';
import { radiusWord } from './driver.js';
import { floating, int32, listed, named } from './names.js';
import { ROM_MACROS } from './rom.js';

/**
 * The test program: the model's answers on rows whose answers are known. It ends with 0 where all agree, else with the number of the
 * first row that does not, counted from 1; it prints where there is a standard library. `N_NO_MAIN` leaves `N_selftest` alone.
 */
export function selftestText(plan: Plan, golden: readonly Golden[], name: string): string {
  const { front, certify } = plan;
  const isFloat = front.input === 'float';
  const literal = (value: number): string =>
    Number.isNaN(value)
      ? 'NAN'
      : isFloat
        ? floating(value, true)
        : front.input === 'int32'
          ? int32(value)
          : `${value}`;
  const bits = { uint8: 8, int16: 16, int32: 32, float: 'FLOAT' }[front.input];
  const read = `(N_input_t)N_READ${bits}(&N_rows[(size_t)row * N_INPUTS + i])`;
  const text = `/* Answers of the model that are known, and whether the converted one gives them: 0 is success. */
#if !defined(ARDUINO)
${front.kind === 'encoded' ? '#include <math.h>\n' : ''}#include <stddef.h>
#include <stdint.h>
#include "HEADER.h"

${ROM_MACROS}

#define N_ROWS ${golden.length}

static const N_input_t N_rows[N_ROWS * (size_t)N_INPUTS] N_ROM = {
${golden.map(({ row }) => listed(row.map(literal))).join(',\n')}
};

static const int16_t N_labels[N_ROWS] N_ROM = {
${listed(golden.map(({ label }) => label))}
};

static const uint16_t N_counts[N_ROWS * N_CLASSES] N_ROM = {
${golden.map(({ votes }) => listed(votes)).join(',\n')}
};
${
  certify
    ? `
static const uint16_t N_radii[N_ROWS] N_ROM = {
${listed(golden.map((g) => radiusWord(g.radius)))}
};
`
    : ''
}
int N_selftest(void);

/* 0, or the number of the first row with another answer, from 1. */
int N_selftest(void)
{
    N_input_t x[N_INPUTS];
    uint16_t votes[N_CLASSES];
    int row, c;
    for (row = 0; row < N_ROWS; row++) {
        const int label = (int16_t)N_READ16(&N_labels[row]);
        size_t i;
        for (i = 0; i < N_INPUTS; i++) x[i] = ${read};
        if (N_predict(x) != label) return row + 1;
        if (N_votes(x, votes) != label) return row + 1;
        for (c = 0; c < N_CLASSES; c++) {
            if (votes[c] != N_READ16(&N_counts[row * N_CLASSES + c])) return row + 1;
        }
${
  certify
    ? `        {
            uint16_t radius;
            if (N_certify(x, &radius) != label || radius != N_READ16(&N_radii[row])) return row + 1;
        }
`
    : ''
}    }
    return 0;
}

#if !defined(N_NO_MAIN)
#if defined(__AVR__) || (defined(__STDC_HOSTED__) && __STDC_HOSTED__ == 0)
int main(void)
{
    return N_selftest();
}
#else
#include <stdio.h>
int main(void)
{
    const int row = N_selftest();
    if (row == 0) printf("HEADER: all %d rows as expected\\n", N_ROWS);
    else printf("HEADER: row %d is not as expected\\n", row);
    return row;
}
#endif
#endif
#endif
`;
  return named(text, name).replaceAll('HEADER', name);
}

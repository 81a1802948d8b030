/** Constant data of 8-bit AVR lie in program memory, which is read by instructions of its own. */
export const ROM_MACROS = `#if defined(__AVR__)
#include <avr/pgmspace.h>
#define N_ROM PROGMEM
#define N_READ8(p) pgm_read_byte(p)
#define N_READ16(p) pgm_read_word(p)
#define N_READ32(p) pgm_read_dword(p)
#define N_READFLOAT(p) pgm_read_float(p)
#else
#define N_ROM
#define N_READ8(p) (*(p))
#define N_READ16(p) (*(p))
#define N_READ32(p) (*(p))
#define N_READFLOAT(p) (*(p))
#endif`;

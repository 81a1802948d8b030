/* What a board would do: a picture of 28 x 28 grey values comes in, a class goes out. No heap, no float, no library. */
#include <stdio.h>

#include "digits.h"

/* An upright stroke: on a board this is what the sensor has seen. */
static digits_input_t picture[digits_INPUTS];

int main(void) {
  for (int row = 4; row < 24; row++) {
    for (int column = 13; column < 16; column++) picture[28 * row + column] = 255;
  }
  int answer = digits_predict(picture);
  printf("%d classes, %d inputs, the answer is %s\n", digits_CLASSES, digits_INPUTS, answer < 0 ? "none" : digits_label(answer));
  return answer < 0;
}

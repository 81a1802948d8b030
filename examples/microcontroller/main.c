/* What a board would do: a picture of 28 x 28 grey values comes in, a class goes out. No heap, no float, no library. */
#include <stdio.h>

#include "digits.h"
#include "picture.h"

int main(void) {
  int answer = digits_predict(picture);
  printf("%d classes, %d inputs, the answer is %s\n", digits_CLASSES, digits_INPUTS, answer < 0 ? "none" : digits_label(answer));
  return answer < 0;
}

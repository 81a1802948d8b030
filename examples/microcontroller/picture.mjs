import { writeFileSync } from 'node:fs';
import { drawDigits } from 'fewbit/data';

// What the sensor would see: a drawn one that the training has not seen, as an array of grey values for main.c.
const { samples, labels } = drawDigits({ perClass: 1, stream: 'test' });
const at = Array.from(labels, String).indexOf('1');
const pixels = samples.values.slice(784 * at, 784 * (at + 1));
writeFileSync('picture.h', `static const digits_input_t picture[784] = {${Array.from(pixels).join(',')}};\n`);

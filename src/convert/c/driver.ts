import type { Answer } from '../answers.js';
import { named } from './names.js';

/** A converted model that a driver asks. */
export interface Driven {
  readonly name: string;
  readonly radius: boolean;
}

/** The largest radius in the 16 bits that C has for one: a bias can take a sum beyond it, and 65535 is infinity. */
export const LARGEST_RADIUS = 65534;

export function radiusWord(radius: number): number {
  return radius === Number.POSITIVE_INFINITY ? 65535 : Math.min(radius, LARGEST_RADIUS);
}

/**
 * A program that runs rows through converted models and writes the answers: the other half of `--check`. It reads, model after model,
 * how many rows there are (32 bits) and the rows as they lie in memory, and writes for each row label, votes and radius in 16 bits
 * each, all in the order of this machine. The sources are included, so that many models are one compilation.
 */
export function driverText(models: readonly Driven[]): string {
  const functions = models.map(({ name, radius }) =>
    named(
      `
static int N_drive(void)
{
    static N_input_t x[N_INPUTS];
    static uint16_t votes[N_CLASSES];
    uint32_t rows;
    if (fread(&rows, sizeof rows, 1, stdin) != 1) return 1;
    while (rows-- > 0) {
        int16_t label;
        uint16_t radius = 0;
        if (fread(x, sizeof x, 1, stdin) != 1) return 1;
        label = (int16_t)N_votes(x, votes);
        if (N_predict(x) != label) return 2;
${radius ? '        if (N_certify(x, &radius) != label) return 2;\n' : ''}        fwrite(&label, sizeof label, 1, stdout);
        fwrite(votes, sizeof votes, 1, stdout);
        fwrite(&radius, sizeof radius, 1, stdout);
    }
    return 0;
}`,
      name,
    ),
  );
  return `#include <stdio.h>
${models.map(({ name }) => `#include "${name}.c"`).join('\n')}
${functions.join('\n')}

int main(void)
{
    int fault = 0;
${models.map(({ name }) => `    if (fault == 0) fault = ${name}_drive();`).join('\n')}
    return fault;
}
`;
}

const WIDTH = { uint8: 1, int16: 2, int32: 4, float: 4 } as const;

/** What the driver reads for one model. */
export function driverInput(rows: readonly (readonly number[])[], input: keyof typeof WIDTH): Uint8Array {
  const values = rows.length === 0 ? 0 : rows[0].length;
  const bytes = new Uint8Array(4 + rows.length * values * WIDTH[input]);
  new Uint32Array(bytes.buffer, 0, 1)[0] = rows.length;
  const flat = rows.flat();
  const body = bytes.buffer;
  if (input === 'uint8') bytes.set(flat, 4);
  else if (input === 'int16') new Int16Array(body, 4).set(flat);
  else if (input === 'int32') new Int32Array(body, 4).set(flat);
  else new Float32Array(body, 4).set(flat);
  return bytes;
}

/** The answers that a driver has written for one model; `from` bytes on. */
export function driverAnswers(output: Uint8Array, from: number, rows: number, classes: number): Answer[] {
  const words = new DataView(output.buffer, output.byteOffset + from);
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  const wordAt = (at: number): number => words.getUint16(2 * at, little);
  return Array.from({ length: rows }, (_, row) => {
    const at = row * (classes + 2);
    const radius = wordAt(at + classes + 1);
    return {
      label: (wordAt(at) << 16) >> 16,
      votes: Array.from({ length: classes }, (_, c) => wordAt(at + 1 + c)),
      radius: radius === 65535 ? Number.POSITIVE_INFINITY : radius,
    };
  });
}

/** Bytes of the answers for so many rows. */
export function answerBytes(rows: number, classes: number): number {
  return rows * (classes + 2) * 2;
}

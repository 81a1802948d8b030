/** One to three changes of a block's lines: what carelessness, a broken disk or a liar could do to it. */
export function mutate(block: readonly string[], random: () => number): string[] {
  const lines = [...block];
  const times = 1 + Math.floor(random() * 3);
  for (let n = 0; n < times; n++) change(lines, random);
  return lines;
}

const LETTERS = [...'mifulxpstwbrcakdg'];

function change(lines: string[], random: () => number): void {
  const pick = (count: number) => Math.floor(random() * count);
  const at = pick(lines.length);
  const line = lines[at] ?? '';
  const fields = line.split(' ');
  switch (pick(10)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, line);
      break;
    case 2: {
      const other = pick(lines.length);
      [lines[at], lines[other]] = [lines[other] ?? '', line];
      break;
    }
    case 3:
      lines[at] = 'l';
      break;
    case 4:
      lines[at] = 'x';
      break;
    case 5:
      lines[at] = [LETTERS[pick(LETTERS.length)], ...fields.slice(1)].join(' ');
      break;
    case 6: {
      // A whole subtree is the likeliest thing to be left out.
      lines.splice(at, 1 + pick(6));
      break;
    }
    case 7: {
      const field = pick(fields.length);
      fields.splice(field, 1);
      lines[at] = fields.join(' ');
      break;
    }
    case 8:
      lines[at] = line.slice(0, pick(line.length + 1));
      break;
    default: {
      // Another number in the place of one: of a row, a multiplier, a weight, a neuron or a claim.
      const numbers = [...line.matchAll(/-?[0-9a-z]+$|-?\d+(?=[ :])|(?<=:)[0-9a-z]+/g)];
      if (numbers.length === 0) break;
      const number = numbers[pick(numbers.length)];
      const value = /^-?\d+$/.test(number[0]) ? String(Number(number[0]) + pick(7) - 3) : String(pick(40));
      lines[at] = line.slice(0, number.index) + value + line.slice(number.index + number[0].length);
    }
  }
}

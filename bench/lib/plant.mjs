/*
 * Many faults in one build: where a fault is planted the sound text stands beside the faulty one, and a number that the host sets says which of
 * the two is run. So an engine is built once for all faults, not once for each, and branches of a nanosecond are all that it costs.
 */

/** The module that holds the number. @param fault what is run where nobody sets it: in engines that tests compile for themselves */
export function switchModule(fault = 0) {
  return `/** Which planted fault is run; 0: none. */
export let planted: i32 = ${fault};

export function setPlanted(fault: i32): void {
  planted = fault;
}
`;
}

/**
 * @param source of one file
 * @param faults `{ id, from, to }`, whole numbers from 1 on
 * @returns the text with all that could be planted, and the ids of these; what stands in no statement of a known shape has to be built alone
 */
export function plantAll(source, faults) {
  const lines = source.split('\n');
  const done = [];
  const taken = new Set();
  const edits = [];
  for (const { id, from, to } of faults) {
    const parts = source.split(from);
    if (parts.length !== 2) continue;
    const first = parts[0].split('\n').length - 1;
    const span = statement(lines, first, first + from.split('\n').length - 1);
    if (span === undefined) continue;
    const [begin, end] = span;
    const numbers = Array.from({ length: end - begin + 1 }, (_, n) => begin + n);
    if (numbers.some((n) => taken.has(n))) continue;
    const sound = lines.slice(begin, end + 1).join('\n');
    const both = beside(
      sound,
      sound.replace(from, () => to),
      id,
      lines[end + 1] ?? '',
    );
    if (both === undefined) continue;
    for (const n of numbers) taken.add(n);
    edits.push({ begin, end, both });
    done.push(id);
  }
  for (const { begin, end, both } of edits.toSorted((a, b) => b.begin - a.begin))
    lines.splice(begin, end - begin + 1, both);
  return { text: lines.join('\n'), done };
}

/** The lines of the whole statement, or of the head of a block, in which lines `first..last` stand. */
function statement(lines, first, last) {
  const isEnd = (line) =>
    /[;{}]\s*(\/\/.*)?$/.test(line) || /^\s*(\/\/|\/?\*)/.test(line) || line.trim() === '';
  let begin = first;
  while (begin > 0 && !isEnd(lines[begin - 1])) begin--;
  let end = last;
  while (end < lines.length && !/[;{]\s*(\/\/.*)?$/.test(lines[end])) end++;
  while (begin > 0 && depth(lines.slice(begin, end + 1)) < 0) begin--; // from the head of a loop on
  return end < lines.length ? [begin, end] : undefined;
}

/** Blocks that are opened, less those that are closed. */
function depth(lines) {
  const count = (sign) => lines.join('').split(sign).length;
  return count('{') - count('}');
}

/** Both texts of a statement, by the number; undefined: not of a shape in which they can stand side by side. */
function beside(sound, faulty, id, next) {
  const choice = (a, b) => `planted == ${id} ? (${a}) : (${b})`;
  const declared = /^(\s*(?:const|let) \w+(?:: [\w<>]+)? = )(.*);(\s*\/\/[^\n]*)?$/s;
  const [soundValue, faultyValue] = [declared.exec(sound), declared.exec(faulty)];
  if (soundValue !== null)
    return faultyValue === null ? undefined : `${soundValue[1]}${choice(faultyValue[2], soundValue[2])};`;
  const head = /^(\s*(?:\} else )?(?:if|while) \()(.*)(\) \{)$/s;
  const [soundHead, faultyHead] = [head.exec(sound), head.exec(faulty)];
  if (soundHead !== null)
    return faultyHead === null
      ? undefined
      : `${soundHead[1]}${choice(faultyHead[2], soundHead[2])}${soundHead[3]}`;
  if (sound.trimEnd().endsWith('{') || /^\s*else\b/.test(next)) return undefined;
  const otherwise = /^(\s*)else (.*)$/s;
  const [soundRest, faultyRest] = [otherwise.exec(sound), otherwise.exec(faulty)];
  if (soundRest !== null && faultyRest === null) return undefined;
  const lead = soundRest === null ? '' : 'else ';
  return `${lead}if (planted == ${id}) {\n${faultyRest?.[2] ?? faulty}\n} else {\n${soundRest?.[2] ?? sound}\n}`;
}

import { describe, expect, it } from 'vitest';
import { tracePage } from '../../src/report/trace-page.js';
import { readTrace } from '../../src/report/trace-read.js';

const HEAD = '{"format":"fewbit-trace","version":1,"layers":[3,1],"stages":["mm"]}';
const LINES = [
  '{"stage":"mm","tree":"weights","run":2,"node":1,"parent":0,"on":{"input":5,"upTo":0},"bound":4,"cut":1,"work":10}',
  '{"stage":"mm","tree":"weights","run":2,"node":2,"parent":1,"closed":"bound","bound":1,"cut":1,"work":20}',
  '{"stage":"mm","tree":"weights","run":2,"node":3,"parent":1,"closed":"empty box","bound":null,"cut":1,"work":30}',
  '{"stage":"mm","objective":1,"bound":4,"nodes":1,"work":12}',
  '{"stage":"mm","objective":3,"bound":3,"nodes":3,"work":31}',
];

describe('the page of a trace', () => {
  it('draws each node once, joined to its parent, and incumbent and bound', () => {
    const page = tracePage(readTrace(`${[HEAD, ...LINES].join('\n')}\n`, 'x.trace'), 'fewbit: <x>');
    expect(page).toContain('fewbit: &lt;x&gt;');
    expect(page.match(/<circle/g)).toHaveLength(3);
    expect(page.match(/<circle class="on"/g)).toHaveLength(1);
    expect(page.match(/<circle class="by-bound"/g)).toHaveLength(1);
    expect(page.match(/<circle class="by-other"/g)).toHaveLength(1);
    expect(/<path class="link" d="M[^L]*L[^M]*M[^L]*L[^"]*"/.test(page)).toBe(true);
    expect(page).toMatch(/<path d="M[^"]*" fill="none" stroke="var\(--s0/);
    expect(page).toMatch(/<path d="M[^"]*" fill="none" stroke="var\(--s1/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).not.toContain('NaN');
    expect(page).not.toContain('<script');
  });

  it('says what is not there', () => {
    const text = `${[HEAD, ...LINES, '{"stage":"mm","missed":7}', '{"truncated":true,"after":9}'].join('\n')}\n`;
    const page = tracePage(readTrace(text, 'x'), 'x');
    expect(page).toContain('cut off at its limit');
    expect(page).toContain('7 nodes came faster');
    expect(tracePage(readTrace(`${HEAD}\n`, 'x'), 'x')).toContain('0 lines');
  });

  it.each([
    ['', 'x: an empty trace'],
    ['{"stage":"mm"}', 'x: line 1: expected the first line'],
    [`${HEAD}\n[]`, 'x: line 2: expected an object'],
    [`${HEAD}\n{"stage":"mm","tree":"weights"}`, 'x: line 2: run: expected a number'],
    [`${HEAD}\n{"stage":3,"objective":1,"bound":1,"work":1}`, 'x: line 2: stage: expected a text'],
    [`${HEAD}\n{`, 'x: line 2'],
  ])('refuses %j in one line', (text, message) => {
    expect(() => readTrace(text, 'x')).toThrow(message);
  });
});

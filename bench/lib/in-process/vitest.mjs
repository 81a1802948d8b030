/* As much of vitest as the tests of proofs use: what collects tests, so that they can be run again and again, and vitest's own `expect`. */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
export const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect);
Object.assign(expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT]);
globalThis[GLOBAL_EXPECT] ??= expect;
for (const one of [expect, globalThis[GLOBAL_EXPECT]]) setState({ assertionCalls: 0 }, one);

export const tests = [];
export const prepared = [];
const outer = [];

/** Options may stand before the function. */
const last = (args) => args.find((arg) => typeof arg === 'function');

export const it = withWays((name, ...args) => {
  tests.push({ name: [...outer, name].join(' > '), run: last(args) });
});
export const describe = withWays((name, ...args) => {
  outer.push(name);
  last(args)();
  outer.pop();
});
export const beforeAll = (prepare) => prepared.push(prepare);
export const afterAll = () => {};

function withWays(collect) {
  const none = Object.assign(() => {}, { each: () => () => {} });
  const each =
    (table) =>
    (name, ...args) => {
      const run = last(args);
      for (const row of table) collect(name, () => (Array.isArray(row) ? run(...row) : run(row)));
    };
  return Object.assign(collect, { each, skip: none, skipIf: (isSkipped) => (isSkipped ? none : collect) });
}

/**
 * Colour is the terminal's business, text is ours: everything in report/ takes a painter and works the same without
 * one, so the module stays free of Node and its output can be compared as plain strings.
 */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (style: Style, text: string) => string;

/** The painter of files, pipes and tests: no colour at all. */
export const plain: Paint = (_style, text) => text;

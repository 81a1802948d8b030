/** The engine in the single file: raw deflate, in base64. */
declare module 'virtual:engine' {
  const text: string;
  export default text;
}

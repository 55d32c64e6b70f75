/** Strings in double quotes, escaped as Go's %q escapes them: the form in which API messages quote values. */

const PLAIN = /^[ !#-[\]-~]*$/
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

/** `text` between double quotes; unprintable characters become `\x07`, `\u200b` or `\U000e0001`. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let quoted = ''
  for (const char of text) quoted += ESCAPES[char] ?? (isPrintable(char) ? char : escaped(char.codePointAt(0) as number))
  return `"${quoted}"`
}

/** Go prints letters, marks, numbers, punctuation and symbols, and of the spaces only U+0020. */
const isPrintable = (char: string) => char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)
const escaped = (code: number) =>
  code < 0x80
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : code < 0x1_0000
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`

/** YAML as kubectl understands it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatYaml, parseYaml, YamlError } from './yaml.ts'

const scalars: readonly (readonly [text: string, value: unknown])[] = [
  ['yes', true],
  ['off', false],
  ['y', true],
  ['True', true],
  ['~', null],
  ['', null],
  ['"yes"', 'yes'],
  ['1:30', '1:30'],
  ['80:8080', '80:8080'],
  ['2001-12-14', '2001-12-14'],
  ['2001-12-14T21:59:43Z', '2001-12-14T21:59:43Z'],
  ['0777', 511],
  ['0o777', 511],
  ['0x1F', 31],
  ['0b11', 3],
  ['08', 8],
  ['1_000', 1000],
  ['+1', 1],
  ['1e3', 1000],
  ['12e4567', '12e4567'],
  ['.5', 0.5],
  ['1.', 1],
  ['.', '.'],
  ['1.2.3', '1.2.3'],
  ['!!str 1', '1'],
  ['!!binary aGVsbG8=', 'hello'],
  ['=', '='],
]
for (const [text, value] of scalars) test(`scalar: ${text}`, () => assert.deepEqual(parseYaml(`a: ${text}`)[0]?.value, { a: value }))

const documents: readonly (readonly [rule: string, text: string, values: readonly unknown[]])[] = [
  ['several documents', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  ['empty documents are left out', '---\n---\na: 1\n---\n# nothing\n---\n', [{ a: 1 }]],
  ['nothing', '', []],
  ['merge keys', 'x: &x {a: 1, b: 1}\nz:\n  <<: *x\n  b: 2\n', [{ x: { a: 1, b: 1 }, z: { a: 1, b: 2 } }]],
  ['keys are strings', '1: a\ntrue: b\n', [{ 1: 'a', true: 'b' }]],
  ['dangerous keys', '__proto__: {x: 1}\nconstructor: 2\n', [JSON.parse('{"__proto__":{"x":1},"constructor":2}')]],
  ['JSON is YAML', '{"a": [1, "b"]}', [{ a: [1, 'b'] }]],
]
for (const [rule, text, values] of documents) {
  test(rule, () =>
    assert.deepEqual(
      parseYaml(text).map(({ value }) => value),
      values,
    ),
  )
}
test('repeated keys are named, the last counts', () => {
  assert.deepEqual(parseYaml('a: 1\nb:\n- c: 1\n  c: 2\na: 3\n'), [{ value: { a: 3, b: [{ c: 2 }] }, duplicates: ['b[0].c', 'a'] }])
})
test('aliases share nothing', () => {
  const value = parseYaml('a: &x {b: 1}\nc: *x\n')[0]?.value as { a: object; c: object }
  assert.notEqual(value.a, value.c)
})

const refused: readonly (readonly [rule: string, text: string, message: string | RegExp])[] = [
  ['two colons', 'x: 1\na: b: c\n', 'error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context'],
  ['a tab', 'a:\n\tb: 1\n', 'error converting YAML to JSON: yaml: line 2: found character that cannot start any token'],
  ['an open bracket', 'a: [1\n', /^YamlError: error converting YAML to JSON: yaml: line \d: /],
  ['infinity', 'a: .inf', /unsupported value/],
  [
    'aliases that multiply',
    Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${
          i
            ? Array(9)
                .fill(`*a${i - 1}`)
                .join()
            : 1
        }]`,
    ).join('\n'),
    /alias/,
  ],
  ['great depth', '['.repeat(20_000), 'error converting YAML to JSON: yaml: exceeded max depth'],
]
for (const [rule, text, message] of refused) {
  test(`${rule} is refused`, () => assert.throws(() => parseYaml(text), typeof message === 'string' ? new YamlError(message) : message))
}

test('printing sorts keys and quotes what would be read otherwise', () => {
  const value = { b: [{ a: 'yes' }, 'x'], a: '1', c: '2001-12-14', d: 'text\nlines\n', e: {}, f: [], g: null, h: '1:30' }
  const text = 'a: "1"\nb:\n- a: "yes"\n- x\nc: "2001-12-14"\nd: |\n  text\n  lines\ne: {}\nf: []\ng: null\nh: "1:30"\n'
  assert.equal(formatYaml(value), text)
})

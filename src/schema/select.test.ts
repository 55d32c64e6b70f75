/** Selectors: what they match, how they read, and what is said when they cannot be understood. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactValue, matchesLabels, selectionOf, selectionOfLabels, selectionText } from './select.ts'
import { exactField, fieldSelectionText, matchesFields, parseFieldSelector } from './select-fields.ts'
import { parseLabelSelector } from './select-parse.ts'

const matching: readonly (readonly [text: string, canonical: string, yes: readonly object[], no: readonly object[]])[] = [
  ['', '', [{}, { a: 'b' }], []],
  ['a=b', 'a=b', [{ a: 'b', c: 'd' }], [{}, { a: 'c' }]],
  [' a == b ', 'a==b', [{ a: 'b' }], [{}]],
  ['a!=b', 'a!=b', [{}, { a: 'c' }], [{ a: 'b' }]],
  ['a=', 'a=', [{ a: '' }], [{}, { a: 'b' }]],
  ['a in (b, c)', 'a in (b,c)', [{ a: 'b' }, { a: 'c' }], [{}, { a: 'd' }]],
  ['a notin (c,b)', 'a notin (b,c)', [{}, { a: 'd' }], [{ a: 'b' }]],
  ['x in (foo,,baz)', 'x in (,baz,foo)', [{ x: '' }, { x: 'foo' }], [{}]],
  ['z notin ()', 'z notin ()', [{}, { z: 'a' }], [{ z: '' }]],
  ['a', 'a', [{ a: '' }], [{}]],
  ['!a', '!a', [{}], [{ a: '' }]],
  ['constructor', 'constructor', [{ constructor: 'x' }], [{}]],
  ['a>1', 'a>1', [{ a: '2' }], [{}, { a: '1' }, { a: 'x' }]],
  ['a<1', 'a<1', [{ a: '0' }, { a: '-5' }], [{ a: '1' }]],
  ['b=1,a', 'a,b=1', [{ a: '', b: '1' }], [{ a: '' }]],
  ['in in (in,notin)', 'in in (in,notin)', [{ in: 'in' }], [{}]],
  ['example.com/a=b', 'example.com/a=b', [{ 'example.com/a': 'b' }], [{ a: 'b' }]],
]
for (const [text, canonical, yes, no] of matching) {
  test(`labels: '${text}'`, () => {
    const selection = parseLabelSelector(text)
    assert.equal(selectionText(selection), canonical)
    for (const labels of yes) assert(matchesLabels(selection, labels as Record<string, string>), JSON.stringify(labels))
    for (const labels of no) assert(!matchesLabels(selection, labels as Record<string, string>), JSON.stringify(labels))
  })
}

const NAME = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`
const refused: readonly (readonly [text: string, message: string])[] = [
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['a,,b', "found ',', expected: identifier after ','"],
  ['a,', "found '', expected: identifier after ','"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a=b c', "found 'c', expected: ',' or 'end of string'"],
  ['a>x', `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`],
  ['-a', `unable to parse requirement: <nil>: Invalid value: "-a": name part ${NAME}`],
]
for (const [text, message] of refused)
  test(`labels: '${text}' is refused`, () => assert.throws(() => parseLabelSelector(text), { name: 'SelectorError', message }))

test('objects: absent selects nothing, empty everything', () => {
  assert(!matchesLabels(selectionOf(undefined), {}))
  assert(matchesLabels(selectionOf({}), { a: 'b' }))
})
test('objects: labels and expressions together', () => {
  const selection = selectionOf({
    matchLabels: { tier: 'web' },
    matchExpressions: [
      { key: 'app', operator: 'In', values: ['b', 'a'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'new', operator: 'Exists', values: [] },
      { key: 'zone', operator: 'NotIn', values: ['x'] },
    ],
  })
  assert.equal(selectionText(selection), 'app in (a,b),new,!old,tier=web,zone notin (x)')
  assert(matchesLabels(selection, { app: 'a', tier: 'web', new: '' }))
  assert(!matchesLabels(selection, { app: 'a', tier: 'web', new: '', zone: 'x' }))
  assert.equal(exactValue(selection, 'tier'), 'web')
  assert.equal(exactValue(selection, 'app'), undefined)
})
test('objects: what is no selector is refused', () => {
  assert.throws(() => selectionOf({ matchExpressions: [{ key: 'a', operator: 'Like' }] }), {
    message: '"Like" is not a valid label selector operator',
  })
  assert.throws(() => selectionOf({ matchExpressions: [{ key: 'a', operator: 'In' }] }), {
    message: "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
  })
  assert.throws(
    () => selectionOf({ matchLabels: { a: 'b c' } }),
    /^SelectorError: values\[0\]\[a\]: Invalid value: "b c": a valid label must be/,
  )
})
test('labels become the selection of exactly these', () => {
  assert.equal(selectionText(selectionOfLabels({ b: '1', a: '2' })), 'a=2,b=1')
})

const PHASE = { 'status.phase': 'Running', 'metadata.name': 'a,b' }
const fields: readonly (readonly [text: string, canonical: string, matches: boolean])[] = [
  ['', '', true],
  ['status.phase=Running', 'status.phase=Running', true],
  ['status.phase==Running', 'status.phase=Running', true],
  ['status.phase!=Running', 'status.phase!=Running', false],
  ['metadata.name=a\\,b', 'metadata.name=a\\,b', true],
  ['status.phase=Running,metadata.name=x', 'metadata.name=x,status.phase=Running', false],
  ['other=', 'other=', true],
  ['other!=x', 'other!=x', true],
  ['toString=', 'toString=', true],
]
for (const [text, canonical, matches] of fields) {
  test(`fields: '${text}'`, () => {
    const selection = parseFieldSelector(text)
    assert.equal(fieldSelectionText(selection), canonical)
    assert.equal(matchesFields(selection, PHASE), matches)
  })
}
const refusedFields: readonly (readonly [text: string, message: string])[] = [
  ['phase', "invalid selector: 'phase'; can't understand 'phase'"],
  ['a=b\\n', 'invalid field selector: invalid escape sequence: \\n'],
  ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
]
for (const [text, message] of refusedFields)
  test(`fields: '${text}' is refused`, () => assert.throws(() => parseFieldSelector(text), { message }))
test('fields: the value that is asked for', () => {
  assert.equal(exactField(parseFieldSelector('spec.nodeName=n1'), 'spec.nodeName'), 'n1')
  assert.equal(exactField(parseFieldSelector('spec.nodeName!=n1'), 'spec.nodeName'), undefined)
})

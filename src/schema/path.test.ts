/** The words of problems equal upstream's field errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from './path.ts'
import { OMITTED, type Path } from './vocabulary.ts'

const rows: readonly (readonly [rule: string, say: (at: Path) => void, field: string, text: string, reason: string])[] = [
  ['strings are quoted', at => at.key('a').invalid('x"\n', 'bad'), 'a', 'Invalid value: "x\\"\\n": bad', 'FieldValueInvalid'],
  ['numbers are plain', at => at.key('a').invalid(-1, 'bad'), 'a', 'Invalid value: -1: bad', 'FieldValueInvalid'],
  ['objects are JSON', at => at.key('a').invalid({ b: 1 }, 'bad'), 'a', 'Invalid value: {"b":1}: bad', 'FieldValueInvalid'],
  ['nothing is null', at => at.key('a').invalid(undefined, 'bad'), 'a', 'Invalid value: null: bad', 'FieldValueInvalid'],
  ['required alone', at => at.key('a').required(), 'a', 'Required value', 'FieldValueRequired'],
  ['required with a reason', at => at.key('a').required('why'), 'a', 'Required value: why', 'FieldValueRequired'],
  [
    'unsupported lists what is',
    at => at.key('a').unsupported('x', ['A', 'B']),
    'a',
    'Unsupported value: "x": supported values: "A", "B"',
    'FieldValueNotSupported',
  ],
  ['forbidden', at => at.key('a').forbidden('no'), 'a', 'Forbidden: no', 'FieldValueForbidden'],
  ['duplicate', at => at.key('a').duplicate('x'), 'a', 'Duplicate value: "x"', 'FieldValueDuplicate'],
  ['not found', at => at.key('a').notFound('x'), 'a', 'Not found: "x"', 'FieldValueNotFound'],
  ['too long', at => at.key('a').tooLong(63), 'a', 'Too long: may not be more than 63 bytes', 'FieldValueTooLong'],
  ['too long by one', at => at.key('a').tooLong(1), 'a', 'Too long: may not be more than 1 byte', 'FieldValueTooLong'],
  ['too many', at => at.key('a').tooMany(5, 3), 'a', 'Too many: 5: must have at most 3 items', 'FieldValueTooMany'],
  ['too many by one', at => at.key('a').tooMany(2, 1), 'a', 'Too many: 2: must have at most 1 item', 'FieldValueTooMany'],
  [
    'paths go through lists and maps',
    at => at.key('spec').key('items').index(2).key('labels').entry('a.b/c').required(),
    'spec.items[2].labels[a.b/c]',
    'Required value',
    'FieldValueRequired',
  ],
  ['or nothing is shown', at => at.key('a').invalid(OMITTED, 'bad'), 'a', 'Invalid value: bad', 'FieldValueInvalid'],
]
for (const [rule, say, field, message, reason] of rows) {
  test(rule, () => {
    const at = pathAt()
    say(at)
    assert.deepEqual(at.problems, [{ field, reason, message }])
  })
}

test('a path may start anywhere', () => {
  const at = pathAt('spec')
  at.key('a').required()
  at.required()
  assert.deepEqual(
    at.problems.map(({ field }) => field),
    ['spec.a', 'spec'],
  )
})

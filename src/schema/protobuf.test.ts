/** Protobuf: what is written when, what is passed over, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtobufError } from '#base/protobuf.ts'
import { Malformed } from './accept.ts'
import { decodeProtobuf, encodeProtobuf } from './protobuf.ts'
import { decodeEnvelope, encodeEnvelope, encodeListMessage, encodeWatchFrame } from './protobuf-envelope.ts'
import { bool, bytes, double, duration, int32, int64, intOrString, json, microTime, quantity, string, time } from './scalars.ts'
import { field, inline, list, map, structsOf, type Type } from './vocabulary.ts'

const struct = structsOf('io.example.v1')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const of = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
class Inner extends struct({ name: field(1, string, 'Name.') }) {}
class Embedded extends struct({ a: field(2, Inner, 'A.'), b: field(1, string, 'B.') }) {}

const one = (type: Type<unknown>, rules: object = {}) => struct({ x: field(1, type, 'X.', rules) })
const rows: readonly (readonly [rule: string, type: Type<unknown>, value: unknown, bytes: string])[] = [
  ['zero of what is no pointer', one(string), {}, '0a00'],
  ['zero of a number', one(int32), {}, '0800'],
  ['an absent pointer', one(int32, { explicit: true }), {}, ''],
  ['a pointer to zero', one(int32, { explicit: true }), { x: 0 }, '0800'],
  ['true', one(bool), { x: true }, '0801'],
  ['negative numbers take ten bytes', one(int32), { x: -1 }, '08ffffffffffffffffff01'],
  ['large numbers', one(int64), { x: 2 ** 40 }, '08808080808020'],
  ['floating numbers', one(double), { x: 1.5 }, '09000000000000f83f'],
  ['no bytes', one(bytes), {}, ''],
  ['bytes', one(bytes), { x: 'aGk=' }, '0a026869'],
  ['an absent struct', one(Inner), {}, ''],
  ['an empty struct', one(Inner), { x: {} }, '0a020a00'],
  ['a written struct', one(Inner, { written: true }), { x: {} }, '0a020a00'],
  ['a list', one(list(string)), { x: ['a', ''] }, '0a01610a00'],
  ['a list of numbers, not packed', one(list(int32)), { x: [1, 300] }, '080108ac02'],
  ['a map, sorted', one(map(string)), { x: { a: '', b: 'c' } }, '0a050a016112000a060a0162120163'],
  ['a map of lists', one(map(list(string))), { x: { a: ['b', 'c'] } }, '0a0b0a016112060a01620a0163'],
  ['a quantity', one(quantity), { x: '1Gi' }, '0a050a03314769'],
  ['a time', one(time), { x: '1970-01-01T00:00:01Z' }, '0a0408011000'],
  ['the epoch', one(time), { x: '1970-01-01T00:00:00Z' }, '0a0408001000'],
  ['a time before it', one(time), { x: '1969-12-31T23:59:59Z' }, '0a0d08ffffffffffffffffff011000'],
  ['microseconds', one(microTime), { x: '1970-01-01T00:00:01.000002Z' }, '0a05080110d00f'],
  ['a duration', one(duration), { x: '1s' }, '0a06088094ebdc03'],
  ['a number or string: number', one(intOrString), { x: 80 }, '0a06080010501a00'],
  ['a number or string: string', one(intOrString), { x: 'a' }, '0a07080110001a0161'],
  ['raw JSON', one(json), { x: { a: 1 } }, '0a090a077b2261223a317d'],
  [
    'an embedded struct is a message of its own',
    struct({ ...inline(2, Embedded), z: field(1, string, 'Z.') }),
    { a: { name: 'n' }, b: 'c' },
    '0a00 1208 0a0163 1203 0a016e',
  ],
  ['text beyond ASCII', one(string), { x: 'é😀' }, '0a06c3a9f09f9880'],
]
for (const [rule, type, value, bytes] of rows) {
  test(rule, () => {
    assert.equal(hex(encodeProtobuf(type, value)), bytes.replaceAll(' ', ''))
    const canonical = { ...(value as object) }
    assert.deepEqual(decodeProtobuf(type, of(bytes)), canonical)
  })
}

const Sample = struct({ a: field(1, string, 'A.'), b: field(2, int32, 'B.'), c: field(3, list(int32), 'C.') })
const lenient: readonly (readonly [rule: string, bytes: string, value: unknown])[] = [
  ['unknown fields of every wire type are passed over', '7801 79 0000000000000000 7a0161 7d00000000 0a0161', { a: 'a' }],
  ['unknown groups are passed over', '7b 0801 1b 0801 1c 7c 0a0161', { a: 'a' }],
  ['a field of the wrong wire type is passed over', '0801 1005', { b: 5 }],
  ['the last one counts', '0a0161 0a0162', { a: 'b' }],
  ['packed numbers are read', '1a03 01 ac02', { c: [1, 300] }],
  ['int32 beyond its range is cut to 32 bits', '10 8080808010', {}],
]
for (const [rule, bytes, value] of lenient) test(rule, () => assert.deepEqual(decodeProtobuf(Sample, of(bytes)), value))

const refused: readonly (readonly [rule: string, bytes: string, message: string])[] = [
  ['text cut short', '0a05 61', 'unexpected EOF'],
  ['a number cut short', '10 80', 'unexpected EOF'],
  ['a number without end', '10 ffffffffffffffffffffff', 'proto: integer overflow'],
  ['field zero', '02 00', 'proto: illegal tag 0 (wire type 2)'],
  ['an unknown wire type', '0f', 'proto: illegal wireType 7'],
  ['the end of no group', '0c', 'proto: wiretype end group for non-group'],
  ['a length beyond all bounds', '0a ffffffff0f', 'proto: negative length found during unmarshaling'],
]
for (const [rule, bytes, message] of refused)
  test(`${rule} is refused`, () => assert.throws(() => decodeProtobuf(Sample, of(bytes)), new ProtobufError(message)))

test('values are checked', () => {
  assert.throws(() => decodeProtobuf(one(quantity), of('0a030a0178')), Malformed)
  assert.throws(() => decodeProtobuf(one(json), of('0a030a017b')), Malformed)
  assert.deepEqual(decodeProtobuf(one(quantity), of('0a070a0531303030 6d')), { x: '1' })
})
test('an inner message cannot reach beyond its own end', () => {
  assert.throws(() => decodeProtobuf(one(Inner), of('0a03 0a05 61')), new ProtobufError('unexpected EOF'))
})

test('the envelope', () => {
  const bytes = encodeEnvelope({ apiVersion: 'v1', kind: 'Pod', raw: of('0a00') })
  assert.equal(hex(bytes), '6b3873000a090a0276311203506f6412020a001a002200')
  assert.deepEqual(decodeEnvelope(bytes), { apiVersion: 'v1', kind: 'Pod', raw: of('0a00'), contentType: '' })
  assert.throws(() => decodeEnvelope(of('7b7d')), ProtobufError)
  assert.throws(() => decodeEnvelope(of('6b387300 0a09')), new ProtobufError('unexpected EOF'))
})
test('lists and watch frames are put together from messages', () => {
  assert.equal(hex(encodeListMessage(of('0a00'), [of('0801'), of('')])), '0a020a00120208011200')
  assert.equal(hex(encodeWatchFrame('ADDED', of('6b387300'))), '0000000f0a05414444454412060a046b387300')
})

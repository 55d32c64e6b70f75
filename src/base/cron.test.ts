/** Cron schedules: what is refused and when they are due. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCron } from './cron.ts'

for (const [text, message] of [
  ['', 'empty spec string'],
  ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * * * 7', 'end of range (7) above maximum (6): 7'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['*/2/3 * * * *', 'too many slashes: */2/3'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['@often', 'unrecognized descriptor: @often'],
  ['TZ=Nowhere/Land * * * * *', 'provided bad location Nowhere/Land: unknown time zone Nowhere/Land'],
] as const)
  test(`refuses ${text || 'nothing'}`, () => assert.throws(() => parseCron(text), { name: 'CronError', message }))

for (const [rule, text, zone, after, expected] of [
  ['every minute', '* * * * *', 'UTC', '2026-03-01T10:00:00Z', '2026-03-01T10:01:00Z'],
  ['steps', '*/15 * * * *', 'UTC', '2026-03-01T10:46:10Z', '2026-03-01T11:00:00Z'],
  ['a step from a start', '5/20 * * * *', 'UTC', '2026-03-01T10:26:00Z', '2026-03-01T10:45:00Z'],
  ['names', '0 9 * feb mon-fri', 'UTC', '2026-03-01T10:00:00Z', '2027-02-01T09:00:00Z'],
  ['either day field', '0 0 13 * fri', 'UTC', '2026-03-01T00:00:00Z', '2026-03-06T00:00:00Z'],
  ['macros', '@monthly', 'UTC', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'],
  ['periods', '@every 1h30m', 'UTC', '2026-03-01T10:00:00Z', '2026-03-01T11:30:00Z'],
  ['zones', '0 9 * * *', 'Europe/Paris', '2026-07-01T08:00:00Z', '2026-07-02T07:00:00Z'],
  ['a zone in the schedule', 'TZ=Asia/Tokyo 0 9 * * *', 'UTC', '2026-07-01T08:00:00Z', '2026-07-02T00:00:00Z'],
  ['a time in the gap is skipped', '30 2 * * *', 'Europe/Paris', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
  ['a time that comes twice is due twice', '30 2 * * *', 'Europe/Paris', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  ['days without midnight', '0 5 * * sun', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-06T08:00:00Z'],
] as const)
  test(rule, () => assert.equal(parseCron(text).next(Date.parse(after), zone), Date.parse(expected)))

test('a schedule that is never due', () => assert.equal(parseCron('0 0 30 2 *').next(0), undefined))

/** Rules of a claim's status. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from '#schema/path.ts'
import { checkClaimStatus, dropGivenBack } from './claim-status-rules.ts'

const device = (name: string) => ({ driver: 'drv', pool: 'p', device: name })
const got = (...names: readonly string[]) => ({ allocation: { devices: { results: names.map(device) } } })
const user = (uid: string) => ({ resource: 'pods', name: uid, uid })
const used = (...uids: readonly string[]) => ({ reservedFor: uids.map(user) })
const claim = (status: object, isGoing = false) => ({ metadata: isGoing ? { deletionTimestamp: 'now' } : {}, status })

const rows: readonly [rule: string, before: object, after: object, problems: readonly string[], isGoing?: boolean][] = [
  ['devices are chosen and used at once', {}, { ...got('a'), ...used('1') }, []],
  ['no use without devices', {}, used('1'), ['status.reservedFor: Forbidden: may not be specified when `allocated` is not set']],
  ['they are chosen once', got('a'), got('b'), ['status.allocation: Invalid value: field is immutable']],
  ['and can be given back', { ...got('a'), ...used('1') }, {}, []],
  [
    'nobody joins a claim that goes',
    got('a'),
    { ...got('a'), ...used('1') },
    ['status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'],
    true,
  ],
  ['whoever uses it stays', { ...got('a'), ...used('1') }, { ...got('a'), ...used('1') }, [], true],
  [
    'a user has a name',
    got('a'),
    { ...got('a'), reservedFor: [{ resource: 'pods', name: '', uid: '1' }] },
    ['status.reservedFor[0].name: Required value'],
  ],
  ['word of a device that it has', got('a'), { ...got('a'), devices: [device('a')] }, []],
  [
    'word of another',
    got('a'),
    { ...got('a'), devices: [device('b')] },
    ['status.devices[0]: Invalid value: must be an allocated device in the claim'],
  ],
]
for (const [rule, before, after, problems, isGoing] of rows)
  test(rule, () => {
    const at = pathAt()
    checkClaimStatus(claim(after, isGoing), at, claim(before))
    const told = at.problems.map(({ field, message }) => `${field}: ${message.replace(/Invalid value: .*: /, 'Invalid value: ')}`)
    assert.deepEqual(told, problems)
  })
test('what was said of devices goes with them', () => {
  const next = { metadata: {}, status: { devices: [device('a'), device('b')], ...got('b') } }
  dropGivenBack(next, claim(got('a', 'b')))
  assert.deepEqual(next.status.devices, [device('b')])
})

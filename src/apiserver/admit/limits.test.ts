/** Tests of the bounds of limit ranges. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breachesOf, type LimitItem } from './limits.ts'

const cpu = (request?: string, limit?: string): Parameters<typeof breachesOf>[1] => ({
  requests: request === undefined ? {} : { cpu: request },
  limits: limit === undefined ? {} : { cpu: limit },
})
const min = { type: 'Container', min: { cpu: '100m' } }
const max = { type: 'Container', max: { cpu: '1' } }
const ratio = { type: 'Pod', maxLimitRequestRatio: { cpu: '1500m' } }
interface Row {
  readonly rule: string
  readonly item: LimitItem
  readonly asked: Parameters<typeof breachesOf>[1]
  readonly breach?: string
}
const ROWS: readonly Row[] = [
  { rule: 'the minimum itself is enough', item: min, asked: cpu('0.1') },
  {
    rule: 'a minimum wants a request',
    item: min,
    asked: cpu(),
    breach: 'minimum cpu usage per Container is 100m.  No request is specified',
  },
  {
    rule: 'the request may not be below it',
    item: min,
    asked: cpu('99m'),
    breach: 'minimum cpu usage per Container is 100m, but request is 99m',
  },
  { rule: 'nor the limit', item: min, asked: cpu('100m', '50m'), breach: 'minimum cpu usage per Container is 100m, but limit is 50m' },
  { rule: 'the maximum itself is allowed', item: max, asked: cpu('1', '1000m') },
  { rule: 'a maximum wants a limit', item: max, asked: cpu('1'), breach: 'maximum cpu usage per Container is 1.  No limit is specified' },
  {
    rule: 'the limit may not be above it',
    item: max,
    asked: cpu('1', '2'),
    breach: 'maximum cpu usage per Container is 1, but limit is 2',
  },
  { rule: 'nor the request', item: max, asked: cpu('2', '1'), breach: 'maximum cpu usage per Container is 1, but request is 2' },
  {
    rule: 'what has no limits by nature is bounded by its request',
    item: { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
    asked: { requests: { storage: '1025Mi' }, limits: undefined },
    breach: 'maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 1025Mi',
  },
  { rule: 'a ratio is exact', item: ratio, asked: cpu('100m', '150m') },
  {
    rule: 'and not exceeded',
    item: ratio,
    asked: cpu('100m', '151m'),
    breach: 'cpu max limit to request ratio per Pod is 1500m, but provided ratio is 1.510000',
  },
  {
    rule: 'a ratio wants a request',
    item: ratio,
    asked: cpu('0', '1'),
    breach: 'cpu max limit to request ratio per Pod is 1500m, but no request is specified or request is 0',
  },
  {
    rule: 'a ratio wants a limit',
    item: ratio,
    asked: cpu('1'),
    breach: 'cpu max limit to request ratio per Pod is 1500m, but no limit is specified or limit is 0',
  },
]
for (const { rule, item, asked, breach } of ROWS)
  test(`limits: ${rule}`, () => {
    assert.deepEqual(breachesOf(item, asked), breach === undefined ? [] : [breach])
  })

/** For clusters by chance the scheduler gives the same answers as kube-scheduler 1.36.3: the points of every node that will do, or the message, and who would have to go where. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { clusterByChance } from '../support/clusters/cluster.ts'
import { judged, storedCluster } from '../support/clusters/judged.ts'

/** Recorded once, line by line as the seed goes, with upstream's own framework (PreFilter to NormalizeScore, the dry run of preemption) over the same objects. */
const recorded = readFileSync(new URL('./scheduler-upstream.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')

test('its answers are those of upstream', () => {
  for (const [seed, expected] of recorded.entries()) assert.equal(judged(storedCluster(clusterByChance(seed))), expected, `seed ${seed}`)
})
test('which are of every sort', () => {
  const count = (sort: RegExp) => recorded.filter(line => sort.test(line)).length
  assert.ok(count(/^fits n\d+=\d+ n/) > recorded.length / 5, 'several nodes will do')
  assert.ok(count(/preemption: 0/) > recorded.length / 5, 'nobody can make room')
  assert.ok(count(/ \| n\d: e/) > recorded.length / 20, 'somebody can')
  const reasons = [
    /Insufficient/,
    /Too many pods/,
    /untolerated/,
    /unschedulable/,
    /affinity\/selector/,
    /pod affinity/,
    /anti-affinity/,
    /spread/,
    /features/,
  ]
  for (const reason of reasons) assert.ok(count(reason) > 3, String(reason))
})

/** The rules of static pods and their mirrors, each a row. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { HASH, MIRROR } from './manifest.ts'
import { firstOfName, fullName, mirrorsPlan, podsPlan } from './plan.ts'

/** `web:1` is the pod `web` of the manifest with hash 1. */
const pod = (title: string) => {
  const [name, uid = ''] = title.split(':')
  return { metadata: { namespace: 'default', name, uid, annotations: { [HASH]: uid } } } as unknown as Pod
}
/** `web:1!` is told to go. */
const held = (titles: readonly string[]) => titles.map(title => ({ pod: pod(title.replace('!', '')), isEnding: title.endsWith('!') }))
/** Shows the pod of that title; `web:1~` is being deleted. */
const mirror = (title: string) => {
  const { metadata } = pod(title.replace('~', ''))
  const deletion = title.endsWith('~') && { deletionTimestamp: '2030-01-01T00:00:00Z' }
  return { metadata: { ...metadata, uid: `mirror-of-${title}`, annotations: { [MIRROR]: metadata.uid }, ...deletion } } as unknown as Pod
}
const titles = (pods: readonly Pod[]) => pods.map(({ metadata }) => `${metadata.name}:${metadata.uid}`)

const ofPods = [
  { rule: 'a new manifest starts a pod', held: [], wanted: ['web:1'], start: ['web:1'], end: [] },
  { rule: 'what runs is left alone', held: ['web:1'], wanted: ['web:1'], start: [], end: [] },
  { rule: 'without its manifest a pod ends', held: ['web:1'], wanted: [], start: [], end: ['web:1'] },
  { rule: 'a changed manifest ends the pod first', held: ['web:1'], wanted: ['web:2'], start: [], end: ['web:1'] },
  { rule: 'a pod that goes is told once', held: ['web:1!'], wanted: ['web:2'], start: [], end: [] },
  { rule: 'a manifest that is back waits for the end, too', held: ['web:1!'], wanted: ['web:1'], start: [], end: [] },
  { rule: 'others do not wait', held: ['web:1!'], wanted: ['web:2', 'db:1'], start: ['db:1'], end: [] },
]
for (const { rule, wanted, start, end, ...before } of ofPods)
  test(rule, () => {
    const plan = podsPlan(held(before.held), wanted.map(pod))
    assert.deepEqual({ start: titles(plan.start), end: titles(plan.end) }, { start, end })
  })

const ofMirrors = [
  { rule: 'a pod without a mirror gets one', held: ['web:1'], mirrors: [], create: ['web:1'], remove: [] },
  { rule: 'the right mirror stays', held: ['web:1'], mirrors: ['web:1'], create: [], remove: [] },
  { rule: 'a mirror of nothing goes', held: [], mirrors: ['web:1'], create: [], remove: ['web:1'] },
  { rule: 'a mirror that is deleted goes before another is made', held: ['web:1'], mirrors: ['web:1~'], create: [], remove: ['web:1~'] },
  { rule: 'so does one of an earlier manifest', held: ['web:2'], mirrors: ['web:1'], create: [], remove: ['web:1'] },
  { rule: 'so does one of a pod that was over', held: ['web:1'], mirrors: ['web:1'], retired: ['web:1'], create: [], remove: ['web:1'] },
  { rule: 'while a pod ends its mirror shows it', held: ['web:1!'], mirrors: ['web:1'], create: [], remove: [] },
  { rule: 'a pod that ends gets no new mirror', held: ['web:1!'], mirrors: [], create: [], remove: [] },
]
for (const { rule, mirrors, create, remove, retired = [], ...before } of ofMirrors)
  test(rule, () => {
    const plan = mirrorsPlan(held(before.held), {
      mirrors: mirrors.map(mirror),
      retired: new Set(retired.map(title => `mirror-of-${title}`)),
    })
    assert.deepEqual(titles(plan.create), create)
    assert.deepEqual(
      plan.remove.map(({ metadata }) => metadata.uid),
      remove.map(title => `mirror-of-${title}`),
    )
  })

test('of two files with a pod of the same name the first has it', () => {
  const { pods, late } = firstOfName([
    { file: 'b.yaml', pod: pod('web:2') },
    { file: 'a.yaml', pod: pod('web:1') },
    { file: 'c.yaml', pod: pod('db:3') },
  ])
  assert.deepEqual(pods.map(fullName), ['default/web', 'default/db'])
  assert.deepEqual(titles(pods), ['web:1', 'db:3'])
  assert.deepEqual(late, [{ file: 'b.yaml', first: 'a.yaml' }])
})

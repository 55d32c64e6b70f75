/** What annotations of AppArmor make of a pod's containers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Draft } from '#schema/vocabulary.ts'
import { fillAppArmor } from './app-armor.ts'
import type { PodView } from './facts.ts'

const DEFAULT = { type: 'RuntimeDefault' }
const rows: readonly [rule: string, annotation: string, spec: { own?: object; pod?: object; os?: string }, expected: object | undefined][] =
  [
    ['the profile of the runtime', 'runtime/default', {}, DEFAULT],
    ['none', 'unconfined', {}, { type: 'Unconfined' }],
    ['one of the node', 'localhost/mine', {}, { type: 'Localhost', localhostProfile: 'mine' }],
    ['one of the node without name is nothing', 'localhost/', {}, undefined],
    ['a name with blanks around it is nothing', 'localhost/ mine', {}, undefined],
    ['another word is nothing', 'docker/default', {}, undefined],
    ['a field that is there stays', 'unconfined', { own: DEFAULT }, DEFAULT],
    ['what the pod says already is not said again', 'runtime/default', { pod: DEFAULT }, undefined],
    ['what the pod says otherwise is', 'unconfined', { pod: DEFAULT }, { type: 'Unconfined' }],
    ['on another system nothing', 'unconfined', { os: 'windows' }, undefined],
  ]
for (const [rule, annotation, { own, pod, os }, expected] of rows)
  test(rule, () => {
    const draft = {
      metadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': annotation } },
      spec: {
        ...(os && { os: { name: os } }),
        ...(pod && { securityContext: { appArmorProfile: pod } }),
        containers: [{ name: 'c', ...(own && { securityContext: { appArmorProfile: own } }) }, { name: 'other' }],
      },
    } as unknown as Draft<PodView>
    fillAppArmor(draft)
    assert.deepEqual(
      draft.spec.containers.map(({ securityContext }) => securityContext?.appArmorProfile),
      [expected, undefined],
    )
  })

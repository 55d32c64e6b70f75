/** What may stand in the annotations of pods that the API reads. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from '#schema/path.ts'
import type { PodSpec } from '../pod-spec.ts'
import { checkAnnotationUpdate, checkPodAnnotations } from './annotation-rules.ts'

const COST = 'controller.kubernetes.io/pod-deletion-cost'
const MIRROR = 'kubernetes.io/config.mirror'
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_WEB = 'container.seccomp.security.alpha.kubernetes.io/web'
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/'
type Annotations = Readonly<Record<string, string>>
const told = (check: (at: ReturnType<typeof pathAt>) => void) => {
  const at = pathAt('annotations')
  check(at)
  return at.problems.map(({ field, message }) => `${field}: ${message}`)
}
const refusals = (annotations: Annotations, more: object = {}) =>
  told(at => checkPodAnnotations(annotations, { containers: [{ name: 'web' }], ...more } as unknown as PodSpec, at))
const changes = (before: Annotations, next: Annotations) => told(at => checkAnnotationUpdate(next, at, before))

const rows: readonly [rule: string, is: readonly string[], wanted: readonly string[]][] = [
  ['most mean nothing', refusals({ a: 'b' }), []],
  ['a cost is a whole number', refusals({ [COST]: '-5' }), []],
  ['and no other', refusals({ [COST]: '1.5' }), [`annotations[${COST}]: Invalid value: "1.5": must be a 32bit integer`]],
  ['without zeros before it', refusals({ [COST]: '05' }), [`annotations[${COST}]: Invalid value: "05": must be a 32bit integer`]],
  ['or a plus', refusals({ [COST]: '+5' }), [`annotations[${COST}]: Invalid value: "+5": must be a 32bit integer`]],
  ['of 32 bits', refusals({ [COST]: '2147483648' }), [`annotations[${COST}]: Invalid value: "2147483648": must be a 32bit integer`]],
  ['a mirror has a node', refusals({ [MIRROR]: 'x' }, { nodeName: 'n' }), []],
  [
    'and none without',
    refusals({ [MIRROR]: 'x' }),
    [`annotations[${MIRROR}]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set`],
  ],
  ['old profiles of seccomp are known', refusals({ [SECCOMP]: 'docker/default', [SECCOMP_WEB]: 'localhost/a/b' }), []],
  ['others are refused', refusals({ [SECCOMP]: 'x' }), [`annotations.${SECCOMP}: Invalid value: "x": must be a valid seccomp profile`]],
  [
    'and paths that lead elsewhere',
    refusals({ [SECCOMP_WEB]: 'localhost/../a' }),
    [`annotations.${SECCOMP_WEB}: Invalid value: "../a": must not contain '..'`],
  ],
  ['old profiles of AppArmor are of a container', refusals({ [`${APP_ARMOR}web`]: 'runtime/default' }), []],
  [
    'that is there',
    refusals({ [`${APP_ARMOR}db`]: 'unconfined' }),
    [`annotations[${APP_ARMOR}db]: Invalid value: "db": container not found`],
  ],
  [
    'and have names',
    refusals({ [`${APP_ARMOR}web`]: 'x' }),
    [`annotations[${APP_ARMOR}web]: Invalid value: "x": invalid AppArmor profile name: "x"`],
  ],
  ['what was set stays', changes({ [MIRROR]: 'x' }, { [MIRROR]: 'x', a: 'b' }), []],
  ['is not changed', changes({ [MIRROR]: 'x' }, {}), [`annotations[${MIRROR}]: Forbidden: may not remove or update mirror pod annotation`]],
  [
    'nor added later',
    changes({}, { [`${APP_ARMOR}web`]: 'unconfined' }),
    [`annotations[${APP_ARMOR}web]: Forbidden: may not add AppArmor annotations`],
  ],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))

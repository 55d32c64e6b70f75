/** Whether a pod gets users of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireUserNamespaces } from './abilities.ts'

const handler = (name: string, userNamespaces: boolean) => ({ name, userNamespaces, recursiveReadOnlyMounts: true })
const NEW = [handler('', true), handler('crun', false)]
const CANNOT = "can't set `spec.hostUsers: false`, "
const rows: readonly [rule: string, handlers: typeof NEW, name: string, expected: string | undefined][] = [
  ['a runtime that can', NEW, '', undefined],
  ['a handler that cannot', NEW, 'crun', `${CANNOT}RuntimeClass handler "crun" does not support user namespaces`],
  ['an unknown handler', NEW, 'x', `${CANNOT}RuntimeClass handler "x" does not support user namespaces: the handler "x" is not known`],
  ['an old runtime', [], '', `${CANNOT}runtime does not support user namespaces: runtime handlers are not set`],
]
for (const [rule, handlers, name, expected] of rows)
  test(rule, () => {
    const ask = () => requireUserNamespaces({ handlers }, name)
    if (expected === undefined) ask()
    else assert.throws(ask, { message: expected })
  })

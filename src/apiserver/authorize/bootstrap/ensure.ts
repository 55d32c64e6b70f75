/** Makes sure that the bootstrap roles and bindings are there: at the first start all of them, later only what is missing. */
import { ClusterRole } from '#kinds/rbac/cluster-role.ts'
import { ClusterRoleBinding } from '#kinds/rbac/cluster-role-binding.ts'
import { Role } from '#kinds/rbac/role.ts'
import { RoleBinding } from '#kinds/rbac/role-binding.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { InProcess } from '../../in-process.ts'
import type { Objects } from '../../resources/objects.ts'
import { type BindingObject, bootstrapBindings, bootstrapRoles, type RoleObject } from './objects.ts'
import { reconcileBinding, reconcileRole, type Step } from './reconcile.ts'

/** How often a write is tried again because another server of the cluster was quicker. */
const ATTEMPTS_MAX = 5
const ROOT = '/apis/rbac.authorization.k8s.io/v1'
const PLURALS = {
  Role: 'roles',
  ClusterRole: 'clusterroles',
  RoleBinding: 'rolebindings',
  ClusterRoleBinding: 'clusterrolebindings',
} as const

/** `transport` must have all rights, and the namespaces kube-system and kube-public must be there. Throws Refusal. */
export async function ensureBootstrap(transport: Pick<InProcess, 'send'>, objects: Objects): Promise<void> {
  const roles = bootstrapRoles().map(wanted =>
    ensure(transport, wanted, async () => reconcileRole(await stored<RoleObject>(objects, wanted), wanted)),
  )
  const bindings = bootstrapBindings().map(wanted =>
    ensure(transport, wanted, async () => reconcileBinding(await stored<BindingObject>(objects, wanted), wanted)),
  )
  await Promise.all([...roles, ...bindings])
}

type Wanted = RoleObject | BindingObject
async function stored<T extends Wanted>(objects: Objects, { kind, metadata }: T): Promise<T | undefined> {
  const { namespace = '', name = '' } = metadata
  const found = {
    Role: () => objects.get(Role, { namespace, name }),
    ClusterRole: () => objects.get(ClusterRole, { name }),
    RoleBinding: () => objects.get(RoleBinding, { namespace, name }),
    ClusterRoleBinding: () => objects.get(ClusterRoleBinding, { name }),
  }[kind]()
  return (await found) as unknown as T | undefined
}

async function ensure(transport: Pick<InProcess, 'send'>, { kind, metadata }: Wanted, decide: () => Promise<Step<Wanted>>): Promise<void> {
  const collection = `${ROOT}${metadata.namespace ? `/namespaces/${metadata.namespace}` : ''}/${PLURALS[kind]}`
  const one = `${collection}/${metadata.name}`
  for (let attempt = 1; ; attempt++) {
    const step = await decide()
    try {
      switch (step.do) {
        case 'nothing':
          return
        case 'update':
          return void (await transport.send({ method: 'PUT', path: one, body: step.object }))
        case 'replace':
          await transport.send({ method: 'DELETE', path: one })
          return void (await transport.send({ method: 'POST', path: collection, body: anew(step.object) }))
        case 'create':
          return void (await transport.send({ method: 'POST', path: collection, body: step.object }))
      }
    } catch (error) {
      const isLate = isRefusal(error, 'Conflict') || isRefusal(error, 'AlreadyExists') || isRefusal(error, 'NotFound')
      if (!isLate || attempt === ATTEMPTS_MAX) throw error
    }
  }
}
/** What replaces an object is a new one: it has no version yet. */
const anew = ({ metadata: { name, namespace, labels, annotations }, ...rest }: Wanted): object => ({
  ...rest,
  metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }) },
})

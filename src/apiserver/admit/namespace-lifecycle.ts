/** NamespaceLifecycle: nothing is made in a namespace that is not there or that is going, and some namespaces stay. */
import { Namespace } from '#kinds/core/namespace.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied } from './denied.ts'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])
/** Whether somebody may do something in a namespace can be asked before it is there. */
const REVIEWS = new Set(['localsubjectaccessreviews'])

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  async mutate(admission: Admission) {
    const { target, operation, objects } = admission
    const isNamespace = target.group === '' && target.resource === 'namespaces'
    if (isNamespace || !target.namespace || REVIEWS.has(target.resource) || operation === 'DELETE') return
    const namespace = await objects.get(Namespace, { name: target.namespace })
    if (!namespace) throw refuse.notFound({ group: '', resource: 'namespaces' }, target.namespace)
    if (operation === 'CREATE' && namespace.status.phase === 'Terminating') throw terminating(admission)
  },
  validate({ target, operation }) {
    if (operation !== 'DELETE' || target.group !== '' || target.resource !== 'namespaces' || !IMMORTAL.has(target.name)) return
    throw refuse.forbidden({ group: '', resource: 'namespaces' }, target.name, 'this namespace may not be deleted')
  },
}
/** The cause lets controllers tell this refusal from others: they stop trying. */
function terminating(admission: Admission): Refusal {
  const { namespace } = admission.target
  const { status } = denied(admission, `unable to create new content in namespace ${namespace} because it is being terminated`)
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }
  return new Refusal(status.code, 'Forbidden', status.message, { ...status.details, causes: [cause] })
}

/** NodeDeclaredFeatureValidator: a pod that has a node becomes only what the node says that it can do. KEP-5328. */
import { Node } from '#kinds/core/node.ts'
import { lackingToBecome } from '#kinds/core/node/declared-features.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

export const nodeDeclaredFeatureValidator: AdmissionPlugin = {
  name: 'NodeDeclaredFeatureValidator',
  concerns: admission => admission.operation === 'UPDATE' && (is(admission, 'pods') || is(admission, 'pods', 'resize')),
  async validate(admission) {
    const [next, before] = [admission.draft as Pod, admission.before as Pod]
    const { nodeName } = next.spec
    if (!nodeName || next.metadata.generation === before.metadata.generation) return
    // Most changes need nothing: the node is read for those that do.
    if (lackingToBecome(next, before, []).length === 0) return
    const node = await admission.objects.get(Node, { name: nodeName })
    if (!node) throw denied(admission, `node "${nodeName}" not found`)
    const lacking = lackingToBecome(next, before, node.status.declaredFeatures)
    if (lacking.length)
      throw denied(admission, `pod update requires features ${lacking.join(', ')} which are not available on node "${nodeName}"`)
  },
}

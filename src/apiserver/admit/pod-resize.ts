/** PodResizeValidator: a pod does not grow beyond all that its node has. KEP-1287. */
import { Node } from '#kinds/core/node.ts'
import { requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import type { AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

export const podResizeValidator: AdmissionPlugin = {
  name: 'PodResizeValidator',
  concerns: admission => admission.operation === 'UPDATE' && is(admission, 'pods', 'resize'),
  async validate(admission) {
    const [next, before] = [admission.draft as Pod, admission.before as Pod]
    const { nodeName } = next.spec
    if (!nodeName || next.metadata.generation === before.metadata.generation) return
    const node = await admission.objects.get(Node, { name: nodeName })
    if (!node) throw denied(admission, `node "${nodeName}" not found`)
    const system = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
    const refusal = (message: string, cause: string) => denied(admission, message, [{ reason: cause }])
    if (system !== 'linux')
      throw refusal(`pod resize is only supported on linux nodes, node "${nodeName}" is "${system}"`, 'UnsupportedPlatform')
    const short = beyond(next, node)
    if (short.length) throw refusal(`node didn't have enough allocatable resources: ${short.join('; ')}`, 'NodeCapacity')
  },
}

function beyond(pod: Pod, { status }: Node): readonly string[] {
  const asked = requestsOf(pod)
  return (['cpu', 'memory'] as const).flatMap(name => {
    const amount = (text = '0') => (name === 'cpu' ? milliValue(text) : quantityValue(text))
    const [requested, allocatable] = [amount(asked[name]), amount(status.allocatable?.[name])]
    return requested > allocatable ? [`${name}, requested: ${requested}, allocatable: ${allocatable}`] : []
  })
}

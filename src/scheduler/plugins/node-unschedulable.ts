/** Keeps pods away from cordoned nodes. */
import { tolerates } from '#kinds/core/tolerations.ts'
import type { Plugin } from '../plugin.ts'

const TAINT = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' } as const

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  evictionHelps: () => false,
  filter: ({ spec }, { node }) => {
    const isTolerated = (spec.tolerations ?? []).some(toleration => tolerates(toleration, TAINT))
    return node.spec?.unschedulable && !isTolerated ? ['node(s) were unschedulable'] : []
  },
}

/** What all other behaviours stand on: nodes to run pods on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { isReady } from '../support/running-pods.ts'
import type { Any } from '../support/resource.ts'
import { settled } from '../support/settled.ts'

const stage = useNodeStage([], { nodes: 2 })

/** Where a pod may be placed that tolerates nothing. */
const takesPods = (node: Any) =>
  isReady(node) && !node.spec.unschedulable && !node.spec.taints?.some(({ effect }: Any) => effect !== 'PreferNoSchedule')

test('[sig-architecture] Conformance Tests should have at least two untainted nodes [Conformance]', async () => {
  await settled(stage.resource(Node), {}, nodes => assert(nodes.filter(takesPods).length >= 2, JSON.stringify(nodes)))
})

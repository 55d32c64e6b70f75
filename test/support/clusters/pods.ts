/** Pods by chance: of odd sizes, with init containers and ports, on their way in or out. */
import type { Chance } from './chance.ts'
import { IMAGES } from './nodes.ts'
import { companyByChance, placeByChance, spreadsByChance, tolerationByChance } from './wishes.ts'

/** How likely a pod has wishes of any sort, in percent. */
export interface Temper {
  readonly wishes: number
  readonly sizes: number
}
const CPUS = ['0', '1m', '100m', '333m', '1', '1500m', '2']
const MEMORIES = ['0', '1', '64Mi', '100M', '1Gi', '123456789']

function container(chance: Chance, name: string): object {
  const requests = {
    cpu: chance.maybe(75, () => chance.one(CPUS)),
    memory: chance.maybe(60, () => chance.one(MEMORIES)),
    'ephemeral-storage': chance.maybe(10, () => '6Gi'),
  }
  const gpus = chance.maybe(8, () => ({ 'example.com/gpu': chance.one(['1', '2']) }))
  return { name, image: chance.one(IMAGES), resources: { requests: { ...requests, ...gpus }, ...(gpus && { limits: gpus }) } }
}

export function podByChance(chance: Chance, name: string, { wishes, sizes }: Temper): Record<string, any> {
  const containers = chance.many([1, chance.one([1, 1, 2])], at => container(chance, `c${at}`))
  const init = (at: number) => ({ ...container(chance, `i${at}`), restartPolicy: chance.maybe(50, () => 'Always') })
  const whole = { cpu: chance.one(['3', '4']), memory: chance.maybe(50, () => '4Gi') }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: chance.one(['default', 'default', 'default', 'other']),
      uid: `uid-${name}`,
      generation: 1,
      labels: { app: chance.maybe(85, () => chance.one(['a', 'b', 'c'])), tier: chance.maybe(50, () => chance.one(['x', 'y'])) },
      ownerReferences: chance.often(25)
        ? [{ apiVersion: 'apps/v1', kind: chance.one(['ReplicaSet', 'StatefulSet']), name: 'owner', uid: 'o', controller: true }]
        : [],
    },
    spec: {
      schedulerName: 'default-scheduler',
      priority: chance.one([-5, 0, 0, 1, 5, 10]),
      preemptionPolicy: chance.maybe(4, () => 'Never'),
      containers,
      initContainers: chance.often(sizes) ? chance.many([0, 2], init) : [],
      overhead: chance.maybe(sizes / 2, () => ({ cpu: '10m', memory: '1Mi' })),
      resources: chance.maybe(sizes / 2, () => ({ requests: whole })),
      affinity: {
        ...(chance.often(wishes) && { nodeAffinity: placeByChance(chance) }),
        ...(chance.often(wishes) && companyByChance(chance)),
      },
      topologySpreadConstraints: chance.often(wishes) ? spreadsByChance(chance) : [],
      tolerations: chance.many([0, 2], () => tolerationByChance(chance)),
    },
    status: { phase: 'Pending' },
  }
}
/** Needs of a node that it can start a whole pod anew. */
export const restartingAll = {
  restartPolicy: 'Never',
  restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [3] } }],
}

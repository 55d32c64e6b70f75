/** Nodes by chance: small, uneven, and with something wrong about many of them. */
import type { Chance } from './chance.ts'

export const HOST = 'kubernetes.io/hostname'
export const ZONE = 'topology.kubernetes.io/zone'
export const IMAGES = ['web', 'web:latest', 'db:1', 'registry.example:5000/app', 'x/web'] as const
const MEGABYTE = 1024 * 1024

export function nodeByChance(chance: Chance, at: number): object {
  const name = `n${at}`
  const labels = {
    [HOST]: name,
    [ZONE]: chance.maybe(85, () => chance.one(['a', 'b', 'c'])),
    disk: chance.maybe(50, () => chance.one(['ssd', 'hdd'])),
    size: chance.maybe(40, () => chance.one(['3', '10', '007', '5a', '9223372036854775808'])),
  }
  const taint = () => ({
    key: chance.one(['k', 'l']),
    value: chance.one(['', 'v']),
    effect: chance.one(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  })
  const image = () => ({
    names: chance.some(['web:latest', 'docker.io/library/web:latest', 'db:1', 'registry.example:5000/app:latest'], 40),
    sizeBytes: chance.one([1, 23, 100, 500, 2000]) * MEGABYTE,
  })
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { unschedulable: chance.often(8), taints: chance.often(30) ? [taint()] : [] },
    status: {
      allocatable: {
        pods: chance.one(['2', '5', '110']),
        cpu: chance.one(['1', '2', '4', '3900m']),
        memory: chance.one(['512Mi', '2Gi', '3999999999']),
        'ephemeral-storage': '10Gi',
        'example.com/gpu': chance.one(['0', '1', '4']),
      },
      images: chance.many([0, 2], image).filter(({ names }) => names.length),
      declaredFeatures: chance.often(50) ? ['RestartAllContainersOnContainerExits'] : [],
    },
  }
}

/** The pods of benches. */
import type { Pod } from '#kinds/core/pod.ts'

export const IMAGE = 'localhost/knarr/pause:1'
/** Comes with the container runtime, so that nothing is pulled. */
export const pausePod = (name: string, namespace: string, spec: object = {}) =>
  ({
    metadata: { name, namespace, labels: { app: 'bench', tier: 'back' }, annotations: { 'example.com/purpose': 'measuring' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: IMAGE, resources: { requests: { cpu: '1m', memory: '1Mi' } } }],
      ...spec,
    },
  }) as unknown as Partial<Pod> & { readonly metadata: { readonly name: string } }
export const isRunning = ({ status }: Pod): boolean => status?.phase === 'Running'

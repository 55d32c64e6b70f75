/** The pod of a stateful set with a certain number, of a certain revision. */
import type { Creation, Deletion } from '#client/plan.ts'
import type { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { PodTemplateSpec } from '#kinds/core/pod-template-spec.ts'
import { podFrom } from '../pods/from-template.ts'
import { claimsOf } from './claims.ts'
import { identityLabels, podName, REVISION } from './identity.ts'

export interface Version {
  /** Of the revision. */
  readonly name: string
  readonly template: PodTemplateSpec
}

export function podCreation(set: StatefulSet, ordinal: number, { name: revision, template }: Version): Creation<Pod> {
  const { metadata, spec } = podFrom(template, set)
  const claims = claimsOf(set, ordinal)
  const name = podName(set, ordinal)
  const others = (spec.volumes ?? []).filter(volume => !claims.some(claim => claim.volume === volume.name))
  const volumes = [...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } })), ...others]
  const { serviceName } = set.spec
  return {
    kind: Pod,
    object: {
      metadata: { ...metadata, name, labels: { ...metadata.labels, ...identityLabels(set, ordinal), [REVISION]: revision } },
      spec: { ...spec, hostname: name, ...(serviceName && { subdomain: serviceName }), ...(volumes.length && { volumes }) },
    },
    ...told(set, name, 'Create'),
  }
}
export const podDeletion = (set: StatefulSet, pod: Pod): Deletion<Pod> => ({
  kind: Pod,
  object: pod,
  ...told(set, pod.metadata.name as string, 'Delete'),
})
function told({ metadata }: StatefulSet, pod: string, word: 'Create' | 'Delete'): Pick<Creation<Pod>, 'done' | 'refused'> {
  const message = `${word} Pod ${pod} in StatefulSet ${metadata.name}`
  return {
    done: () => ({ type: 'Normal', reason: `Successful${word}`, message: `${message} successful` }),
    refused: refusal => ({ type: 'Warning', reason: `Failed${word}`, message: `${message} failed error: ${refusal.message}` }),
  }
}

/** Which of a pod's devices a container gets. Pure. Upstream: cm/dra, GetResources. */
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { claimNameOf } from '#kinds/resource/pod-claims.ts'
import type { KnownClaim } from './record.ts'

/** The names by which the runtime knows them, in the order of the container's claims. */
export function cdiNamesOf(pod: Pod, container: Container, known: (name: string) => KnownClaim | undefined): readonly string[] {
  const named = (container.resources?.claims ?? []).flatMap(({ name, request }) => {
    const entry = pod.spec.resourceClaims?.find(each => each.name === name)
    const claim = entry && claimNameOf(pod, entry).name
    return claim === undefined ? [] : { claim, request }
  })
  const mapped = pod.status.extendedResourceClaimStatus
  const extended = (mapped?.requestMappings ?? [])
    .filter(({ containerName }) => containerName === container.name)
    .map(({ requestName }) => ({ claim: mapped?.resourceClaimName ?? '', request: requestName }))
  const names = [...named, ...extended].flatMap(({ claim, request }) =>
    (known(claim)?.devices ?? [])
      .filter(({ requests }) => !request || !requests.length || requests.includes(request))
      .flatMap(({ cdi }) => cdi),
  )
  return [...new Set(names)]
}

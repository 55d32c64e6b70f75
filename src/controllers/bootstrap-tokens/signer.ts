/** Signs what new nodes are told about the cluster with every bootstrap token that may. Upstream: pkg/controller/bootstrap/bootstrapsigner.go. */
import { watches } from '#client/controller.ts'
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Secret } from '#kinds/core/secret.ts'
import { isEqual } from '#schema/json-value.ts'
import { detachedSignature } from './signature.ts'
import { isBootstrapToken, signingToken } from './token.ts'

/** Its kubeconfig is what is signed. Who sets the cluster up makes it, and says who may read it: kubeadm does, for everybody. */
const CLUSTER_INFO = { namespace: 'kube-public', name: 'cluster-info' }
const CONTENT = 'kubeconfig'
const SIGNATURE = 'jws-kubeconfig-'

const isClusterInfo = ({ metadata }: ConfigMap) => metadata.namespace === CLUSTER_INFO.namespace && metadata.name === CLUSTER_INFO.name

export const bootstrapSigner: Decider<ConfigMap, readonly Secret[]> = {
  name: 'bootstrap-signer-controller',
  decides: ConfigMap,
  watches: [watches(Secret, secret => (isBootstrapToken(secret) ? [CLUSTER_INFO] : []))],
  look: (map, mirrors) => (isClusterInfo(map) ? mirrors.of(Secret).list('kube-system').filter(isBootstrapToken) : []),
  decide,
}

/** One signature for each token that may sign, and none beside; other entries stay as they are. */
export function decide({ object: map, more: secrets, now }: Sight<ConfigMap, readonly Secret[]>): Plan<ConfigMap> {
  const content = map.data?.[CONTENT]
  if (!isClusterInfo(map) || content === undefined) return {}
  const others = Object.entries(map.data ?? {}).filter(([key]) => !key.startsWith(SIGNATURE))
  const signatures = secrets
    .map(secret => signingToken(secret, now))
    .filter(token => token !== undefined)
    .map(token => [`${SIGNATURE}${token.id}`, detachedSignature(content, token)] as const)
  const data = Object.fromEntries([...others, ...signatures])
  return isEqual(data, map.data) ? {} : { object: { ...map, data } }
}

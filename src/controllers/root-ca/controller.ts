/** Publishes the authority's certificate in every namespace, where pods find it beside their token. */
import { type Controller, watches } from '#client/controller.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'

/** Reference: API reference, "kube-root-ca.crt". */
const NAME = 'kube-root-ca.crt'
const KEY = 'ca.crt'
const DESCRIPTION = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
}

/** `authority` is the certificate in PEM. */
export const rootCaController = (authority: string): Controller => ({
  name: 'root-ca-certificate-publisher-controller',
  reconciles: Namespace,
  watches: [watches(ConfigMap, ({ metadata }) => (metadata.name === NAME && metadata.namespace ? [{ name: metadata.namespace }] : []))],
  act: async ({ name: namespace }, { client, mirrors }) => {
    if (mirrors.of(Namespace).get({ name: namespace })?.status?.phase !== 'Active') return undefined
    const known = mirrors.of(ConfigMap).get({ namespace, name: NAME })
    if (known?.data?.[KEY] === authority) return undefined
    const data = { [KEY]: authority }
    try {
      const written = known
        ? await client.update(ConfigMap, {
            ...known,
            metadata: { ...known.metadata, annotations: { ...known.metadata.annotations, ...DESCRIPTION } },
            data,
          })
        : await client.create(ConfigMap, { metadata: { namespace, name: NAME, annotations: DESCRIPTION }, data })
      mirrors.of(ConfigMap).learn(written)
    } catch (error) {
      if (!isRefusal(error, 'AlreadyExists') && !isRefusal(error, 'Forbidden')) throw error
    }
    return undefined
  },
})

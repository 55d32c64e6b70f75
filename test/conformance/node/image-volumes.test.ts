/** The files of an image as a volume, from a real registry. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Secret } from '#kinds/core/secret.ts'
import { NodeCluster, shell } from '../../node/cluster.ts'
import { basic, PASSWORD, push, type Registry, startRegistry, trust, USER } from '../../node/registry.ts'

let registry: Registry
let cluster: NodeCluster
before(async () => {
  registry = await startRegistry()
  cluster = await NodeCluster.start(['busybox', 'agnhost'])
  trust(cluster, registry.host, registry)
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  registry[Symbol.dispose]()
})

/** What a pod finds at the place of the volume. */
async function found(pod: string, reference: string): Promise<string> {
  const look = 'ls /volume | tr "\\n" " " > /dev/termination-log; cat /volume/etc/passwd >> /dev/termination-log'
  await cluster.create(pod, {
    restartPolicy: 'Never',
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [{ name: 'volume', image: { reference, pullPolicy: 'Always' } }],
    ...shell(look, { volumeMounts: [{ name: 'volume', mountPath: '/volume' }] }),
  })
  const ended = await cluster.until(pod, seen => seen?.status.containerStatuses?.[0]?.state.terminated, 60_000)
  return ended?.status.containerStatuses?.[0]?.state.terminated?.message ?? ''
}

test('[sig-node] ImageVolume should succeed with pod and pull policy of Always [LinuxOnly] [MinimumKubeletVersion:1.35] [Conformance]', async () => {
  const reference = `${registry.host}/team/files:1`
  const auths = { [registry.host]: basic(USER, PASSWORD) }
  await cluster.client.create(Secret, {
    metadata: { name: 'registry', namespace: 'default' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  })
  await push(cluster, reference)
  const first = await found('first', reference)
  assert.match(first, /root:x:0:0/)
  assert.doesNotMatch(first, /agnhost\.pl/)
  // The name stands for another image now: who asks for it always gets that one.
  await push(cluster, reference, 'registry.k8s.io/e2e-test-images/agnhost:2.59')
  assert.match(await found('second', reference), /agnhost\.pl/)
})

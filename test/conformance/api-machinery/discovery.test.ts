/** What the server says of itself: groups, versions, resources, its own version, and what it cannot show as a table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

test('[sig-api-machinery] Discovery should validate PreferredVersion for each APIGroup [Conformance]', async () => {
  const { groups } = await stage.document('/apis')
  assert(groups.length > 0)
  for (const { name } of groups) {
    const group = await stage.document(`/apis/${name}`)
    assert.equal(group.name, name)
    const versions = group.versions.map((one: Any) => one.groupVersion)
    assert(versions.includes(group.preferredVersion.groupVersion), name)
  }
})

test('[sig-api-machinery] Discovery should locate the groupVersion and a resource within each APIGroup [Conformance]', async () => {
  const { groups } = await stage.document('/apis')
  assert(groups.length > 0)
  for (const { versions } of groups)
    for (const { groupVersion } of versions) {
      const list = await stage.document(`/apis/${groupVersion}`)
      assert.equal(list.groupVersion, groupVersion)
      assert(
        list.resources.some(({ name, kind, verbs }: Any) => name && kind && verbs.length > 0),
        groupVersion,
      )
    }
})

test('[sig-api-machinery] server version should find the server version [Conformance]', async () => {
  const { major, minor } = await stage.document('/version')
  assert.match(major, /^[0-9]+$/)
  assert.match(minor, /^[0-9]+$/)
})

test('[sig-api-machinery] Servers with support for Table transformation should return a 406 for a backend which does not implement metadata [Conformance]', async () => {
  const { status, text } = await stage.raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io', 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } },
    }),
  })
  assert.equal(status, 406, text)
})

const BUILT_IN = [
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  'apiextensions.k8s.io/v1/customresourcedefinitions',
  'apiregistration.k8s.io/v1/apiservices',
  'apps/v1/deployments',
  'authentication.k8s.io/v1/tokenreviews',
  'authorization.k8s.io/v1/selfsubjectaccessreviews',
  'autoscaling/v1/horizontalpodautoscalers',
  'autoscaling/v2/horizontalpodautoscalers',
  'batch/v1/jobs',
  'certificates.k8s.io/v1/certificatesigningrequests',
  'coordination.k8s.io/v1/leases',
  'discovery.k8s.io/v1/endpointslices',
  'events.k8s.io/v1/events',
  'networking.k8s.io/v1/ingresses',
  'node.k8s.io/v1/runtimeclasses',
  'policy/v1/poddisruptionbudgets',
  'scheduling.k8s.io/v1/priorityclasses',
  'storage.k8s.io/v1/csinodes',
]
/** `group/version/resource` of all that a document of aggregated discovery lists. */
const listed = ({ items }: Any): string[] =>
  items.flatMap(({ metadata, versions }: Any) =>
    versions.flatMap(({ version, resources }: Any) =>
      resources.map(({ resource }: Any) => [metadata.name ?? '', version, resource].join('/')),
    ),
  )
const missing = (wanted: readonly string[], found: readonly string[]) => wanted.filter(one => !found.includes(one))

test('[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers [Conformance]', async () => {
  assert.deepEqual(missing(BUILT_IN, listed(await stage.document('/apis', AGGREGATED))), [])
  assert.deepEqual(missing(['/v1/namespaces'], listed(await stage.document('/api', AGGREGATED))), [])
})

/** As client-go asks: the aggregated form first, the classic one should that not be served. */
const AS_CLIENT_GO = `${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`
test('[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface [Conformance]', async () => {
  const found: string[] = []
  for (const path of ['/api', '/apis']) {
    const { headers, text } = await stage.raw('GET', path, { headers: { accept: AS_CLIENT_GO } })
    assert.equal(headers['content-type'], AGGREGATED)
    const document = JSON.parse(text)
    assert.deepEqual([document.kind, document.apiVersion], ['APIGroupDiscoveryList', 'apidiscovery.k8s.io/v2'])
    found.push(...listed(document))
  }
  assert.deepEqual(missing([...BUILT_IN, '/v1/namespaces'], found), [])
})

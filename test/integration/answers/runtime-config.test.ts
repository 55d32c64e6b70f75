/** Versions of the API that are off are as if they were not there: in discovery, in OpenAPI and under their paths. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestCluster } from '#test/support/cluster.ts'

const BETA = '/apis/resource.k8s.io/v1beta2'
const rows: readonly (readonly [rule: string, runtimeConfig: string, versions: readonly string[], betaCode: number])[] = [
  ['stable versions are served', '', ['v1'], 404],
  ['beta versions are served when they are asked for', 'api/beta=true', ['v1', 'v1beta2', 'v1beta1'], 200],
]
for (const [rule, runtimeConfig, versions, betaCode] of rows)
  test(rule, async () => {
    await using cluster = await startTestCluster({ controllers: false, runtimeConfig })
    const get = async (path: string) => {
      const { status, text } = await cluster.raw('GET', path, { headers: { accept: 'application/json' } })
      return { status, body: status === 200 ? JSON.parse(text) : undefined }
    }
    const named = ({ version }: { readonly version: string }) => version
    assert.deepEqual((await get('/apis/resource.k8s.io')).body.versions.map(named), versions)
    const aggregated = await cluster.raw('GET', '/apis', {
      headers: { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' },
    })
    const groups: readonly { metadata: { name: string }; versions: readonly { version: string }[] }[] = JSON.parse(aggregated.text).items
    assert.deepEqual(groups.find(({ metadata }) => metadata.name === 'resource.k8s.io')?.versions.map(named), versions)
    assert.equal(
      groups.some(({ metadata }) => metadata.name === 'internal.apiserver.k8s.io'),
      false,
    )
    const { paths } = (await get('/openapi/v3')).body
    assert.deepEqual(BETA.slice(1) in paths, betaCode === 200)
    for (const path of [BETA, `${BETA}/resourceslices`]) assert.equal((await get(path)).status, betaCode, path)
    assert.equal((await get('/apis/resource.k8s.io/v1/resourceslices')).status, 200)
  })

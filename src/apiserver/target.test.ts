/** Rows for the reading of paths, after upstream's table of RequestInfo. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { selectedName, targetOf } from './target.ts'

const rows: readonly [method: string, url: string, expected: string][] = [
  // verb group/version namespace resource/subresource name rest
  ['GET', '/api/v1/namespaces', 'list /v1 - namespaces - '],
  ['GET', '/api/v1/namespaces/other', 'get /v1 other namespaces other '],
  ['GET', '/api/v1/namespaces/other/pods', 'list /v1 other pods - '],
  ['GET', '/api/v1/namespaces/other/pods/foo', 'get /v1 other pods foo '],
  ['HEAD', '/api/v1/namespaces/other/pods/foo', 'get /v1 other pods foo '],
  ['GET', '/api/v1/pods', 'list /v1 - pods - '],
  ['GET', '/api/v1/namespaces/other/pods?watch=true', 'watch /v1 other pods - '],
  ['GET', '/api/v1/pods?watch=1', 'watch /v1 - pods - '],
  ['GET', '/api/v1/pods?watch=', 'watch /v1 - pods - '],
  ['GET', '/api/v1/pods?watch=false', 'list /v1 - pods - '],
  ['GET', '/api/v1/pods?watch=0', 'list /v1 - pods - '],
  ['GET', '/api/v1/watch/namespaces/other/pods', 'watch /v1 other pods - '],
  ['GET', '/api/v1/watch/pods', 'watch /v1 - pods - '],
  ['GET', '/api/v1/watch/namespaces/other/pods/foo', 'watch /v1 other pods foo '],
  ['PUT', '/api/v1/namespaces/other/finalize', 'update /v1 other namespaces/finalize other '],
  ['PUT', '/api/v1/namespaces/other/status', 'update /v1 other namespaces/status other '],
  ['POST', '/api/v1/namespaces/other/pods/foo/exec', 'create /v1 other pods/exec foo '],
  ['GET', '/api/v1/namespaces/other/pods/foo/proxy/a/b', 'get /v1 other pods/proxy foo a,b'],
  ['GET', '/apis/apps/v1/namespaces/other/deployments/d/scale', 'get apps/v1 other deployments/scale d '],
  ['DELETE', '/apis/apps/v1/namespaces/other/deployments', 'deletecollection apps/v1 other deployments - '],
  ['DELETE', '/apis/apps/v1/namespaces/other/deployments/d', 'delete apps/v1 other deployments d '],
  ['PATCH', '/apis/apps/v1/namespaces/other/deployments/d', 'patch apps/v1 other deployments d '],
  ['POST', '/apis/apps/v1/namespaces/other/deployments', 'create apps/v1 other deployments - '],
  ['GET', '/api/v1/namespaces/other/pods?fieldSelector=metadata.name%3Dfoo', 'list /v1 other pods foo '],
  ['GET', '/api/v1/namespaces/other/pods?fieldSelector=metadata.name!%3Dfoo', 'list /v1 other pods - '],
  ['GET', '//api//v1//pods', 'list /v1 - pods - '],
  ['BREW', '/api/v1/pods', ' /v1 - pods - '],
]
for (const [method, url, expected] of rows)
  test(`${method} ${url}`, () => {
    const [path, query] = url.split('?') as [string, string?]
    const t = targetOf(method, path, new URLSearchParams(query))
    const resource = t.subresource ? `${t.resource}/${t.subresource}` : t.resource
    assert.equal(`${t.verb} ${t.group}/${t.version} ${t.namespace || '-'} ${resource} ${t.name || '-'} ${t.rest.join(',')}`, expected)
    assert.equal(t.isResource, true)
  })

for (const path of ['/', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/healthz', '/version', '/openapi/v2', '/api/v1/watch'])
  test(`${path} names no resource`, () => assert.equal(targetOf('GET', path, new URLSearchParams()).isResource, false))

test('a path that is no valid percent-encoding is a bad request', () =>
  assert.throws(
    () => targetOf('GET', '/api/v1/pods/%zz', new URLSearchParams()),
    error => isRefusal(error, 'BadRequest'),
  ))

test('the selected name is that of an equality on metadata.name', () => {
  assert.equal(selectedName('status.phase=Running,metadata.name=web'), 'web')
  assert.equal(selectedName('metadata.name==web'), 'web')
  assert.equal(selectedName(null), '')
})

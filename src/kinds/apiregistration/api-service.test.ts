/** Rules and columns of API services. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { APIService } from './api-service.ts'

const service: Manifest = {
  metadata: { name: 'v1.example.com' },
  spec: {
    group: 'example.com',
    version: 'v1',
    groupPriorityMinimum: 1_000,
    versionPriority: 15,
    service: { namespace: 'default', name: 's' },
  },
}
for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'it is named after its version',
    { 'metadata.name': 'x' },
    ['metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.example.com"'],
  ],
  [
    'priorities have bounds',
    { 'spec.versionPriority': 0 },
    ['spec.versionPriority: Invalid value: 0: must be positive and less than 1000'],
  ],
  [
    'either roots or no check',
    { 'spec.insecureSkipTLSVerify': true, 'spec.caBundle': 'YQ==' },
    ['spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present'],
  ],
  [
    'this server needs no roots',
    { 'spec.service': undefined, 'spec.insecureSkipTLSVerify': true },
    ['spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify'],
  ],
] as const)
  test(`APIService: ${rule}`, () => assert.deepEqual(causes(APIService, changed(service, changes)), expected))

test('APIService: columns', () => {
  const status = { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] }
  assert.deepEqual(Object.values(cells(APIService, prepared(APIService, changed(service, { status })), 0)), [
    'default/s',
    'False (MissingEndpoints)',
    '<unknown>',
  ])
  assert.equal(cells(APIService, prepared(APIService, changed(service, { 'spec.service': undefined })), 0).Service, 'Local')
})

/** Which versions are served by default, and with which settings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from './catalogue.ts'
import { readRuntimeConfig, servedCatalogue } from './served.ts'

const served = (text: string) =>
  servedCatalogue(catalogue, readRuntimeConfig(text, catalogue)).flatMap(({ group, versions }) =>
    versions.map(({ version }) => `${group || 'api'}/${version}`),
  )
const all = catalogue.flatMap(({ group, versions }) => versions.map(({ version }) => `${group || 'api'}/${version}`))

const ADD_ONS = ['metrics.k8s.io/v1beta1', 'settings.k8s.io/v1alpha1']
const isStable = (key: string) => /\/v\d+$/.test(key) || ADD_ONS.includes(key)
const rows: readonly (readonly [rule: string, config: string, isServed: (key: string) => boolean])[] = [
  ['stable versions, and what upstream has from another server or had once', '', isStable],
  ['beta versions too', 'api/beta=true', key => isStable(key) || /\/v\d+beta\d+$/.test(key)],
  ['all', 'api/all=true', () => true],
  ['no value means on', 'api/all', () => true],
  ['all but one', 'api/all=true,batch/v1=false', key => key !== 'batch/v1'],
  ['all but those of a stage', 'api/all=true,api/alpha=false', key => !key.includes('alpha')],
  ['nothing but one', 'api/all=false,api/v1=true', key => key === 'api/v1'],
  ['one more', 'resource.k8s.io/v1beta2=true', key => isStable(key) || key === 'resource.k8s.io/v1beta2'],
  [
    'a version for one of its resources',
    'resource.k8s.io/v1beta2/resourceslices=true',
    key => isStable(key) || key === 'resource.k8s.io/v1beta2',
  ],
]
for (const [rule, config, isServed] of rows) test(`served: ${rule}`, () => assert.deepEqual(served(config), all.filter(isServed)))

test('single resources are turned on and off', async () => {
  const kindsOf = async (text: string, group: string) => {
    const [version] = servedCatalogue(catalogue, readRuntimeConfig(text, catalogue)).find(one => one.group === group)?.versions ?? []
    return (await version?.kinds())?.map(({ options }) => options.plural)
  }
  assert.deepEqual(await kindsOf('api/all=false,resource.k8s.io/v1beta2/resourceslices=true', 'resource.k8s.io'), ['resourceslices'])
  assert.deepEqual(await kindsOf('batch/v1/cronjobs=false', 'batch'), ['jobs'])
})
for (const text of ['batch=true', 'nothing/v1=true', 'api/beta=perhaps', 'api/beta=true=false', 'batch/v1/jobs/x=true'])
  test(`refuses ${text}`, () => assert.throws(() => readRuntimeConfig(text, catalogue), RangeError))

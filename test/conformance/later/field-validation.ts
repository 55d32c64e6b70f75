/** Unknown and repeated fields of custom resources; they are served in a later issue, and this file is run from then on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definition, established, servedAs } from '../support/definitions.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

const PORTS = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  items: {
    type: 'object',
    required: ['containerPort', 'protocol'],
    properties: {
      containerPort: { type: 'integer', format: 'int32' },
      hostIP: { type: 'string' },
      hostPort: { type: 'integer', format: 'int32' },
      name: { type: 'string' },
      protocol: { type: 'string' },
    },
  },
}
const schema = (properties: object, more: object = {}) => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        foo: { type: 'string' },
        cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' },
        ports: PORTS,
        ...properties,
      },
      ...more,
    },
  },
})
const KEEP = { 'x-kubernetes-preserve-unknown-fields': true }

interface Applied {
  readonly base: string
  readonly schema?: object
  /** Lines of YAML in the object, its metadata, and its spec. */
  readonly root?: string
  readonly metadata?: string
  readonly spec: string
}
/** Applies an object of a new kind strictly, as YAML. */
async function applied({
  base,
  root = '',
  metadata = '',
  spec,
  ...more
}: Applied): Promise<{ readonly status: number; readonly text: string }> {
  const { path, apiVersion, kind } = servedAs(await established(stage, definition(base, more)))
  const body = `
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: mytest
${metadata}  finalizers:
  - test-finalizer
${root}spec:
${spec}  cronSpec: "* * * * */5"
  ports:
  - name: x
    containerPort: 80
    protocol: TCP`
  const query = '?fieldManager=field_validation_mgr&fieldValidation=Strict'
  return await stage.raw('PATCH', `${path}/mytest${query}`, { headers: { 'content-type': 'application/apply-patch+yaml' }, body })
}

test('[sig-api-machinery] FieldValidation should create/apply a valid CR for CRD with validation schema [Conformance]', async () => {
  const { status, text } = await applied({ base: 'valid', schema: schema({}), spec: '  foo: foo1\n' })
  assert.equal(status, 201, text)
})

test('[sig-api-machinery] FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema [Conformance]', async () => {
  const { status, text } = await applied({ base: 'schemaless', spec: '  unknown: uk1\n' })
  assert.equal(status, 201, text)
})

test('[sig-api-machinery] FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema [Conformance]', async () => {
  const { text } = await applied({ base: 'extra', schema: schema({}), root: 'unknownField: unknown\n', spec: '  foo: foo1\n' })
  assert.match(text, /\.unknownField: field not declared in schema/)
})

test('[sig-api-machinery] FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR [Conformance]', async () => {
  const template = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: { metadata: { type: 'object', properties: { name: { type: 'string' } } }, spec: { type: 'object' } },
  }
  const { text } = await applied({
    base: 'embedded',
    schema: schema({ template }, KEEP),
    metadata: '  unknownMeta: unknown\n',
    spec: `  template:
    apiversion: foo/v1
    kind: Sub
    metadata:
      unknownSubMeta: unknown
      name: subobject
      namespace: default
  foo: foo1
`,
  })
  assert.match(
    text,
    /\.spec\.template\.metadata\.unknownSubMeta: field not declared in schema|\.metadata\.unknownMeta: field not declared in schema/,
  )
})

test('[sig-api-machinery] FieldValidation should detect duplicates in a CR when preserving unknown fields [Conformance]', async () => {
  const { text } = await applied({ base: 'repeated', schema: schema({}, KEEP), spec: '  unknown: uk1\n  foo: foo1\n  foo: foo2\n' })
  assert.match(text, /line 11: key \\"foo\\" already set in map/)
})

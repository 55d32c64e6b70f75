/** Fields that are not known, or stand twice, are refused by name when a client asks for strictness. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Deployment } from '#kinds/apps/deployment.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

/** The body is text, since objects have no field twice. */
const deployment = (metadata: string, spec: string) => `{
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "my-dep", ${metadata} "labels": {"app": "nginx"}},
  "spec": {${spec}
    "selector": {"matchLabels": {"app": "nginx"}},
    "template": {
      "metadata": {"labels": {"app": "nginx"}},
      "spec": {"containers": [{"name": "nginx", "image": "nginx:latest"}]}
    }
  }
}`
async function posted(body: string): Promise<{ readonly status: number; readonly message: string }> {
  const deployments = stage.resource(Deployment, await stage.namespace('field-validation'))
  const path = `${deployments.path()}?fieldManager=field_validation_mgr&fieldValidation=Strict`
  const { status, text } = await stage.raw('POST', path, { headers: { 'content-type': 'application/json' }, body })
  return { status, message: JSON.parse(text).message }
}

test('[sig-api-machinery] FieldValidation should detect unknown and duplicate fields of a typed object [Conformance]', async () => {
  const { status, message } = await posted(deployment('', '"unknownField": "foo", "replicas": 2, "replicas": 3,'))
  assert.equal(status, 400)
  assert.match(message, /strict decoding error: unknown field "spec.unknownField", duplicate field "spec.replicas"/)
})

test('[sig-api-machinery] FieldValidation should detect unknown metadata fields of a typed object [Conformance]', async () => {
  const { status, message } = await posted(deployment('"unknownMeta": "foo",', ''))
  assert.equal(status, 400)
  assert.match(message, /strict decoding error: unknown field "metadata.unknownMeta"/)
})

/** Certificate signing requests as objects, with their approval. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthority } from '#base/x509.ts'
import { createRequest } from '#base/x509-request.ts'
import { CertificateSigningRequest } from '#kinds/certificates/certificate-signing-request.ts'
import { runOperations } from '../support/operations.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const base64 = (text: string) => Buffer.from(text).toString('base64')
const types = ({ status }: Any): string[] => status.conditions.map(({ type }: Any) => type)

test('[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations [Conformance]', async () => {
  const signerName = 'example.com/e2e-operations'
  const { request } = createRequest({ subject: { commonName: 'e2e.example.com', organizations: [] }, hosts: ['e2e.example.com'] })
  const now = Date.now()
  const { certificate } = createAuthority({ commonName: 'e2e.example.com', validity: { notBefore: now, notAfter: now + 3_600_000 } })
  await runOperations(stage, {
    kind: CertificateSigningRequest,
    object: {
      spec: {
        request: base64(request),
        signerName,
        expirationSeconds: 3_600,
        usages: ['digital signature', 'key encipherment', 'server auth'],
      },
    },
    select: { fieldSelector: `spec.signerName=${signerName}` },
    created: ({ spec }) => assert.equal(spec.expirationSeconds, 3_600),
    subresources: {
      approval: {
        patch: {
          metadata: { annotations: { patchedapproval: 'true' } },
          status: { conditions: [{ type: 'ApprovalPatch', status: 'True', reason: 'e2e' }] },
        },
        patched: object => {
          assert.deepEqual(types(object), ['ApprovalPatch'])
          assert.equal(object.metadata.annotations.patchedapproval, 'true')
        },
        update: ({ status }) =>
          status.conditions.push({ type: 'Approved', status: 'True', reason: 'E2E', message: 'Set from an e2e test' }),
        updated: object => assert.deepEqual(types(object), ['ApprovalPatch', 'Approved']),
      },
      status: {
        patch: { metadata: { annotations: { patchedstatus: 'true' } }, status: { certificate: base64(certificate) } },
        patched: ({ metadata, status }) => {
          assert.equal(status.certificate, base64(certificate))
          assert.equal(metadata.annotations.patchedstatus, 'true')
        },
        update: ({ status }) =>
          status.conditions.push({ type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from an e2e test' }),
        updated: object => assert.deepEqual(types(object), ['ApprovalPatch', 'Approved', 'StatusUpdate']),
      },
    },
  })
})

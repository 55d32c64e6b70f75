/** Ingresses, their classes, and the addresses of services, as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ingress } from '#kinds/networking/ingress.ts'
import { IngressClass } from '#kinds/networking/ingress-class.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { eventually } from '../support/eventually.ts'
import { conditionSteps, runOperations } from '../support/operations.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-network] Ingress API should support creating Ingress API operations [Conformance]', () =>
  runOperations(stage, {
    kind: Ingress,
    object: {
      spec: {
        ingressClassName: 'e2e-operations',
        defaultBackend: { service: { name: 'default-backend', port: { number: 80 } } },
        rules: [
          {
            host: 'foo.bar.com',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'test-backend', port: { number: 8080 } } } }] },
          },
        ],
      },
    },
    subresources: {
      status: {
        patch: { metadata: { annotations: { patchedstatus: 'true' } }, status: { loadBalancer: { ingress: [{ ip: '169.1.1.1' }] } } },
        patched: ({ metadata, status }) => {
          assert.equal(metadata.annotations.patchedstatus, 'true')
          assert.deepEqual(status.loadBalancer.ingress, [{ ip: '169.1.1.1' }])
        },
        update: ({ status }) => (status.loadBalancer = { ingress: [{ ip: '169.1.1.2' }] }),
        updated: ({ status }) => assert.deepEqual(status.loadBalancer.ingress, [{ ip: '169.1.1.2' }]),
      },
    },
  }))

test('[sig-network] IngressClass API should support creating IngressClass API operations [Conformance]', () =>
  runOperations(stage, {
    kind: IngressClass,
    object: { spec: { controller: 'example.com/controller' } },
    names: ['ingressclass1', 'ingressclass2', 'ingressclass3'],
  }))

test('[sig-network] ServiceCIDR and IPAddress API should support IPAddress API operations [Conformance]', () =>
  runOperations(stage, {
    kind: IPAddress,
    object: { spec: { parentRef: { group: 'mygroup', resource: 'myresources', namespace: 'foo', name: 'bar' } } },
    names: ['255.255.255.255', '255.255.255.254', 'fe80::42:1dff:fe84:f9e2'],
  }))

test('[sig-network] ServiceCIDR and IPAddress API should support ServiceCIDR API operations [Conformance]', async () => {
  const ranges = stage.resource(ServiceCIDR)
  const { metadata } = await eventually(() => ranges.get('kubernetes'))
  assert.equal((await ranges.get('kubernetes', 'status')).metadata.uid, metadata.uid)
  assert((await ranges.list()).items.length > 0)
  await runOperations(stage, {
    kind: ServiceCIDR,
    object: { spec: { cidrs: ['203.0.113.0/24'] } },
    subresources: { status: conditionSteps({ lastTransitionTime: '2026-01-01T00:00:00Z' }) },
  })
})

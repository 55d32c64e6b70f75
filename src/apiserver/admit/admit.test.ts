/** What the smaller admission plugins change and refuse. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '#base/random.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { IngressClass } from '#kinds/networking/ingress-class.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { PriorityClass } from '#kinds/scheduling/priority-class.ts'
import { StorageClass } from '#kinds/storage/storage-class.ts'
import { type Asked, admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { AdmissionPlugin } from './admission.ts'
import { persistentVolumeClaimResize } from './claim-resize.ts'
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import { priority } from './priority.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { storageObjectInUseProtection } from './storage-protection.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

const named = (name: string, more: object = {}) => ({ metadata: { name }, ...more })
const pod = (spec: object = {}, metadata: object = {}) => ({ metadata: { name: 'web', ...metadata }, spec: { containers: [], ...spec } })

const namespaces = fixedObjects([
  Namespace,
  named('a', { status: { phase: 'Active' } }),
  named('going', { status: { phase: 'Terminating' } }),
])
const LIFECYCLE: readonly [string, Asked, string][] = [
  ['creation in a namespace that is there', { on: 'pods', namespace: 'a', draft: pod() }, ''],
  ['creation in a namespace that is not there', { on: 'pods', namespace: 'b', draft: pod() }, 'namespaces "b" not found'],
  [
    'creation in a namespace that is going',
    { on: 'pods', namespace: 'going', draft: pod() },
    'pods "web" is forbidden: unable to create new content in namespace going because it is being terminated',
  ],
  [
    'a name still to be made is told by its prefix',
    { on: 'pods', namespace: 'going', draft: { metadata: { generateName: 'web-' } } },
    'pods "web-" is forbidden: unable to create new content in namespace going because it is being terminated',
  ],
  ['an update in a namespace that is going', { on: 'pods', namespace: 'going', operation: 'UPDATE', draft: pod(), before: pod() }, ''],
  [
    'an update in a namespace that is not there',
    { on: 'pods', namespace: 'b', operation: 'UPDATE', draft: pod(), before: pod() },
    'namespaces "b" not found',
  ],
  ['deletion in a namespace that is going', { on: 'pods', namespace: 'going', operation: 'DELETE', before: pod() }, ''],
  ['reviews need no namespace', { on: 'localsubjectaccessreviews.authorization.k8s.io', namespace: 'b', draft: {} }, ''],
  ['what has no namespace', { on: 'nodes', draft: named('n') }, ''],
  ['a new namespace', { on: 'namespaces', namespace: 'new', draft: named('new') }, ''],
  ['deletion of a namespace', { on: 'namespaces', namespace: 'a', operation: 'DELETE', before: named('a') }, ''],
  ...['default', 'kube-system', 'kube-public'].map((name): [string, Asked, string] => [
    `deletion of ${name}`,
    { on: 'namespaces', namespace: name, operation: 'DELETE', before: named(name) },
    `namespaces "${name}" is forbidden: this namespace may not be deleted`,
  ]),
]
for (const [title, asked, message] of LIFECYCLE)
  test(`NamespaceLifecycle: ${title}`, async () =>
    assert.equal((await admit(namespaceLifecycle, { objects: namespaces, ...asked })).message, message))
test('NamespaceLifecycle tells controllers why', async () => {
  const { refusal } = await admit(namespaceLifecycle, { on: 'pods', namespace: 'going', draft: pod(), objects: namespaces })
  assert.deepEqual(refusal?.status.details, {
    name: 'web',
    kind: 'pods',
    causes: [{ reason: 'NamespaceTerminating', message: 'namespace going is being terminated', field: 'metadata.namespace' }],
  })
})

const accounts = fixedObjects([
  ServiceAccount,
  { metadata: { name: 'default', namespace: 'a' }, imagePullSecrets: [{ name: 'pull' }] } as never,
  { metadata: { name: 'quiet', namespace: 'a' }, automountServiceAccountToken: false } as never,
  {
    metadata: { name: 'strict', namespace: 'a', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'known' }],
    imagePullSecrets: [{ name: 'known' }],
  } as never,
])
const onPod = (draft: object): Asked => ({ on: 'pods', namespace: 'a', objects: accounts, draft })
const plugin = serviceAccount(seededRandom(1))
const container = (more: object = {}) => ({ name: 'c', ...more })

test('ServiceAccount: the default account, its token in every container, and its pull secrets', async () => {
  const { draft } = await admit(
    plugin,
    onPod(pod({ containers: [container()], initContainers: [container({ volumeMounts: [{ name: 'x', mountPath: '/x' }] })] })),
  )
  const [volume] = draft.spec.volumes
  assert.match(volume.name, /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  const mount = { name: volume.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  assert.deepEqual(draft.spec, {
    serviceAccountName: 'default',
    serviceAccount: 'default',
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [container({ volumeMounts: [{ name: 'x', mountPath: '/x' }, mount] })],
    containers: [container({ volumeMounts: [mount] })],
    volumes: [
      {
        name: volume.name,
        projected: {
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
          ],
          defaultMode: 420,
        },
      },
    ],
  })
})
const MOUNTS: readonly [string, object, boolean][] = [
  ['asked for by nobody', {}, true],
  ['not wanted by the pod', { automountServiceAccountToken: false }, false],
  ['not wanted by the account', { serviceAccountName: 'quiet' }, false],
  ['wanted by the pod, not by the account', { serviceAccountName: 'quiet', automountServiceAccountToken: true }, true],
  [
    'mounted already by every container',
    { containers: [container({ volumeMounts: [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] })] },
    false,
  ],
]
for (const [title, spec, isMounted] of MOUNTS)
  test(`ServiceAccount: the token, ${title}`, async () => {
    const { draft } = await admit(plugin, onPod(pod({ containers: [container()], ...spec })))
    assert.equal(draft.spec.volumes?.length ?? 0, isMounted ? 1 : 0)
  })
test('ServiceAccount: own pull secrets stay, and a volume made before is used again', async () => {
  const volume = { name: 'kube-api-access-old', emptyDir: {} }
  const { draft } = await admit(plugin, onPod(pod({ containers: [container()], imagePullSecrets: [{ name: 'mine' }], volumes: [volume] })))
  assert.deepEqual(draft.spec.imagePullSecrets, [{ name: 'mine' }])
  assert.deepEqual(draft.spec.volumes, [volume])
  assert.equal(draft.spec.containers[0].volumeMounts[0].name, volume.name)
})
const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } }
const ACCOUNTS: readonly [string, object, string][] = [
  [
    'an account that is not there',
    pod({ serviceAccountName: 'none' }),
    'pods "web" is forbidden: error looking up service account a/none: serviceaccount "none" not found',
  ],
  ['a mirror pod', pod({}, mirror), ''],
  [
    'a mirror pod with an account',
    pod({ serviceAccountName: 'default' }, mirror),
    'pods "web" is forbidden: a mirror pod may not reference service accounts',
  ],
  [
    'a mirror pod with a secret',
    pod({ volumes: [{ name: 'v', secret: { secretName: 's' } }] }, mirror),
    'pods "web" is forbidden: a mirror pod may not reference secrets',
  ],
  [
    'a listed secret of a strict account',
    pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 'known' } }] }),
    '',
  ],
  [
    'an unlisted secret of a strict account',
    pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName: 's' } }] }),
    'pods "web" is forbidden: volume with secret.secretName="s" is not allowed because service account strict does not reference that secret',
  ],
  [
    'an unlisted secret in a variable',
    pod({
      serviceAccountName: 'strict',
      containers: [container({ env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] })],
    }),
    'pods "web" is forbidden: container c with envVar E referencing secret.secretName="s" is not allowed because service account strict does not reference that secret',
  ],
  [
    'an unlisted pull secret',
    pod({ serviceAccountName: 'strict', imagePullSecrets: [{ name: 'known' }, { name: 's' }] }),
    'pods "web" is forbidden: imagePullSecrets[1].name="s" is not allowed because service account strict does not reference that imagePullSecret',
  ],
]
for (const [title, draft, message] of ACCOUNTS)
  test(`ServiceAccount: ${title}`, async () => assert.equal((await admit(plugin, onPod(draft))).message, message))

const toleration = (key: string, tolerationSeconds = 300) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds })
const [NOT_READY, UNREACHABLE] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const
const TOLERATIONS: readonly [string, readonly object[] | undefined, readonly object[]][] = [
  ['both when there are none', undefined, [toleration(NOT_READY), toleration(UNREACHABLE)]],
  ['the one that is lacking', [toleration(NOT_READY, 5)], [toleration(NOT_READY, 5), toleration(UNREACHABLE)]],
  ['none when everything is tolerated', [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  [
    'both when only scheduling is tolerated',
    [{ operator: 'Exists', effect: 'NoSchedule' }],
    [{ operator: 'Exists', effect: 'NoSchedule' }, toleration(NOT_READY), toleration(UNREACHABLE)],
  ],
]
for (const [title, tolerations, expected] of TOLERATIONS)
  test(`DefaultTolerationSeconds: ${title}`, async () =>
    assert.deepEqual(
      (await admit(defaultTolerationSeconds, onPod(pod({ ...(tolerations && { tolerations }) })))).draft.spec.tolerations,
      expected,
    ))

const classes = (...list: readonly object[]) => fixedObjects([PriorityClass, ...(list as { metadata: object }[])])
const high = named('high', { value: 1000, preemptionPolicy: 'Never' })
const usual = named('usual', { value: 10, globalDefault: true })
const lower = named('lower', { value: 5, globalDefault: true })
const PRIORITIES: readonly [string, readonly object[], object, object | string][] = [
  ['of no class', [], {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
  ['of the default class', [high, usual], {}, { priorityClassName: 'usual', priority: 10 }],
  ['of the lower of two default classes', [usual, lower], {}, { priorityClassName: 'lower', priority: 5 }],
  ['of its class', [high, usual], { priorityClassName: 'high' }, { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' }],
  [
    'of its class, said twice',
    [high],
    { priorityClassName: 'high', priority: 1000 },
    { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' },
  ],
  ['of a class that is not there', [], { priorityClassName: 'none' }, 'pods "web" is forbidden: no PriorityClass with name none was found'],
  [
    'other than that of its class',
    [high],
    { priorityClassName: 'high', priority: 7 },
    'pods "web" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
  ],
  [
    'with another policy',
    [high],
    { priorityClassName: 'high', preemptionPolicy: 'PreemptLowerPriority' },
    'pods "web" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
  ],
]
for (const [title, known, spec, expected] of PRIORITIES)
  test(`Priority: a pod's priority, ${title}`, async () => {
    const { message, draft } = await admit(priority, { on: 'pods', draft: pod(spec), objects: classes(...known) })
    const { containers: _, ...rest } = draft.spec
    assert.deepEqual(message || rest, expected)
  })
const DEFAULTS: readonly [string, Asked['operation'], object, string][] = [
  [
    'a first default',
    'CREATE',
    named('first', { globalDefault: true, value: 1 }),
    'priorityclasses.scheduling.k8s.io "first" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  ],
  ['the default itself', 'UPDATE', usual, ''],
  ['another class', 'CREATE', high, ''],
]
for (const [title, operation, draft, message] of DEFAULTS)
  test(`Priority: ${title}`, async () => {
    const asked: Asked = {
      on: 'priorityclasses.scheduling.k8s.io',
      draft,
      objects: classes(usual),
      ...(operation && { operation }),
      before: operation === 'UPDATE' ? draft : undefined,
    }
    assert.equal((await admit(priority, asked)).message, message)
  })
test('Priority: an update without a priority keeps it', async () => {
  const { draft } = await admit(priority, {
    on: 'pods',
    operation: 'UPDATE',
    draft: pod(),
    before: pod({ priority: 7, preemptionPolicy: 'Never' }),
  })
  assert.deepEqual([draft.spec.priority, draft.spec.preemptionPolicy], [7, 'Never'])
})

test('TaintNodesByCondition: a new node takes no pods yet', async () => {
  const taint = { key: NOT_READY, effect: 'NoSchedule' }
  for (const taints of [undefined, [taint]])
    assert.deepEqual(
      (await admit(taintNodesByCondition, { on: 'nodes', draft: named('n', { spec: { ...(taints && { taints }) } }) })).draft.spec.taints,
      [taint],
    )
})

const gvisor = named('gvisor', {
  handler: 'runsc',
  overhead: { podFixed: { memory: '64Mi' } },
  scheduling: { nodeSelector: { sandbox: 'yes' }, tolerations: [{ key: 'sandbox', operator: 'Exists' }] },
})
const RUNTIMES: readonly [string, object, object | string][] = [
  ['none', {}, {}],
  [
    'with overhead and places',
    { runtimeClassName: 'gvisor', nodeSelector: { disk: 'ssd' } },
    {
      runtimeClassName: 'gvisor',
      overhead: { memory: '64Mi' },
      nodeSelector: { disk: 'ssd', sandbox: 'yes' },
      tolerations: [{ key: 'sandbox', operator: 'Exists' }],
    },
  ],
  ['one that is not there', { runtimeClassName: 'none' }, 'pods "web" is forbidden: pod rejected: RuntimeClass "none" not found'],
  [
    'with another overhead',
    { runtimeClassName: 'gvisor', overhead: { memory: '1Mi' } },
    `pods "web" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead`,
  ],
  [
    'with an overhead of its own',
    { overhead: { memory: '1Mi' } },
    'pods "web" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  ],
  [
    'in another place',
    { runtimeClassName: 'gvisor', nodeSelector: { sandbox: 'no' } },
    'pods "web" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
  ],
]
for (const [title, spec, expected] of RUNTIMES)
  test(`RuntimeClass: ${title}`, async () => {
    const { message, draft } = await admit(runtimeClass, { on: 'pods', draft: pod(spec), objects: fixedObjects([RuntimeClass, gvisor]) })
    const { containers: _, ...rest } = draft.spec
    assert.deepEqual(message || rest, expected)
  })

const marked = (name: string, kind: string, creationTimestamp: string) => ({
  metadata: { name, creationTimestamp, annotations: { [`${kind}.kubernetes.io/is-default-class`]: 'true' } },
})
const storage = fixedObjects(
  [
    StorageClass,
    named('plain'),
    marked('old', 'storageclass', '2029-01-01T00:00:00Z'),
    marked('new-b', 'storageclass', '2030-01-01T00:00:00Z'),
    marked('new-a', 'storageclass', '2030-01-01T00:00:00Z'),
  ],
  [IngressClass, marked('nginx', 'ingressclass', '2029-01-01T00:00:00Z')],
)
const CLASSES: readonly [string, AdmissionPlugin, Asked, unknown][] = [
  [
    'the newest, first by name',
    defaultStorageClass,
    { on: 'persistentvolumeclaims', draft: named('c', { spec: {} }), objects: storage },
    { storageClassName: 'new-a' },
  ],
  [
    'not where one is named',
    defaultStorageClass,
    { on: 'persistentvolumeclaims', draft: named('c', { spec: { storageClassName: '' } }), objects: storage },
    { storageClassName: '' },
  ],
  ['none where there is none', defaultStorageClass, { on: 'persistentvolumeclaims', draft: named('c', { spec: {} }) }, {}],
  [
    'of ingresses',
    defaultIngressClass,
    { on: 'ingresses.networking.k8s.io', draft: named('i', { spec: {} }), objects: storage },
    { ingressClassName: 'nginx' },
  ],
  [
    'not where an annotation names one',
    defaultIngressClass,
    {
      on: 'ingresses.networking.k8s.io',
      draft: { metadata: { name: 'i', annotations: { 'kubernetes.io/ingress.class': 'x' } }, spec: {} },
      objects: storage,
    },
    {},
  ],
]
for (const [title, given, asked, spec] of CLASSES)
  test(`default class: ${title}`, async () => assert.deepEqual((await admit(given, asked)).draft.spec, spec))

for (const [on, finalizers, expected] of [
  ['persistentvolumeclaims', undefined, ['kubernetes.io/pvc-protection']],
  ['persistentvolumes', ['x'], ['x', 'kubernetes.io/pv-protection']],
  ['persistentvolumes', ['kubernetes.io/pv-protection'], ['kubernetes.io/pv-protection']],
  ['pods', undefined, undefined],
] as const)
  test(`StorageObjectInUseProtection: ${on} with ${finalizers?.join() ?? 'none'}`, async () => {
    const draft = { metadata: { name: 'x', ...(finalizers && { finalizers: [...finalizers] }) } }
    assert.deepEqual((await admit(storageObjectInUseProtection, { on, draft })).draft.metadata.finalizers, expected)
  })

const claim = (size: string, storageClassName: string, phase = 'Bound') =>
  named('c', { spec: { storageClassName, resources: { requests: { storage: size } } }, status: { phase } })
const growing = fixedObjects([StorageClass, named('grows', { allowVolumeExpansion: true }), named('stays', {})])
const NO_GROWTH =
  'persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize'
const SIZES: readonly [string, object, object, string][] = [
  ['a claim that may grow', claim('1Gi', 'grows'), claim('2Gi', 'grows'), ''],
  ['the same size in other words', claim('1Gi', 'stays'), claim('1024Mi', 'stays'), ''],
  ['a claim that may not grow', claim('1Gi', 'stays'), claim('2Gi', 'stays'), NO_GROWTH],
  ['a claim without a class', claim('1Gi', ''), claim('2Gi', ''), NO_GROWTH],
  [
    'a claim that is not bound',
    claim('1Gi', 'grows', 'Pending'),
    claim('2Gi', 'grows', 'Pending'),
    'persistentvolumeclaims "c" is forbidden: Only bound persistent volume claims can be expanded',
  ],
]
for (const [title, before, draft, message] of SIZES)
  test(`PersistentVolumeClaimResize: ${title}`, async () =>
    assert.equal(
      (await admit(persistentVolumeClaimResize, { on: 'persistentvolumeclaims', operation: 'UPDATE', before, draft, objects: growing }))
        .message,
      message,
    ))

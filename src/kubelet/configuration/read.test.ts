/** What a kubelet's configuration file sets, and what is said of one that is wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HARD_DEFAULT } from '../eviction/thresholds.ts'
import { readConfiguration, WrongConfiguration } from './read.ts'
import { type KubeletSettings, SETTINGS_DEFAULT } from './settings.ts'

const file = (lines: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${lines}\n`
const sets: readonly [rule: string, lines: string, expected: Partial<KubeletSettings>][] = [
  ['nothing but its header', '', SETTINGS_DEFAULT],
  ['null is not given', 'maxPods: null', { podsMax: 110 }],
  ['pods', 'maxPods: 50\npodsPerCore: 5\npodPidsLimit: 1024', { podsMax: 50, podsPerCore: 5, podPidsMax: 1024 }],
  ['processes without limit', 'podPidsLimit: -1', { podPidsMax: undefined }],
  [
    'reservations of both kinds add up',
    'kubeReserved: {cpu: 100m, memory: 256Mi}\nsystemReserved: {memory: 256Mi, cpu: 1}',
    { reserved: { cpu: '1100m', memory: '512Mi' } },
  ],
  [
    'who may use images that are there',
    'imagePullCredentialsVerificationPolicy: NeverVerifyAllowlistedImages\npreloadedImagesVerificationAllowlist: [registry.example.com/team/*]',
    { pullVerification: { policy: 'NeverVerifyAllowlistedImages', allowed: ['registry.example.com/team/*'] } },
  ],
  ['processes are reserved as well', 'kubeReserved: {pid: 500}\nsystemReserved: {pid: 1k}', { reserved: { pid: '1500' } }],
  ['pods together are kept to what is not reserved', '', { isAllocatableEnforced: true }],
  ['nothing is enforced', 'enforceNodeAllocatable: [none]', { isAllocatableEnforced: false }],
  ['none of them', 'enforceNodeAllocatable: []', { isAllocatableEnforced: false }],
  [
    'taints',
    'registerWithTaints: [{key: example.com/only, value: x, effect: NoSchedule}, {key: bare, effect: NoExecute}]',
    {
      taints: [
        { key: 'example.com/only', value: 'x', effect: 'NoSchedule' },
        { key: 'bare', effect: 'NoExecute' },
      ],
    },
  ],
  ['manifests elsewhere', 'staticPodPath: /etc/kubernetes/manifests', { staticPodPath: '/etc/kubernetes/manifests' }],
  ['pulls one after the other', 'serializeImagePulls: true', { parallelPullsMax: 1 }],
  ['pulls side by side', 'maxParallelImagePulls: 3', { parallelPullsMax: 3 }],
  [
    'images',
    'imageGCHighThresholdPercent: 70\nimageGCLowThresholdPercent: 60\nimageMinimumGCAge: 1m30s\nimageMaximumGCAge: 24h',
    { images: { highPercent: 70, lowPercent: 60, ageMinMs: 90_000, unusedMaxMs: 86_400_000 } },
  ],
  ['logs', 'containerLogMaxSize: 1Mi\ncontainerLogMaxFiles: 3', { logs: { bytesMax: 1_048_576, filesMax: 3 } }],
  ["questions for the machine's logs", 'enableSystemLogQuery: true', { systemLogs: { areServed: true, isQueryable: true } }],
  ['no time for a shutdown', 'shutdownGracePeriod: 0s\nshutdownGracePeriodByPodPriority: []', { shutdown: undefined }],
  [
    'time for a shutdown, and the part of it that is for critical pods',
    'shutdownGracePeriod: 1m\nshutdownGracePeriodCriticalPods: 10s',
    {
      shutdown: [
        { priority: 0, seconds: 50 },
        { priority: 2_000_000_000, seconds: 10 },
      ],
    },
  ],
  [
    'time for a shutdown by priority, in any order',
    'shutdownGracePeriodByPodPriority:\n- {priority: 1000, shutdownGracePeriodSeconds: 60}\n- {priority: -5, shutdownGracePeriodSeconds: 0}',
    {
      shutdown: [
        { priority: -5, seconds: 0 },
        { priority: 1000, seconds: 60 },
      ],
    },
  ],
  ['the longest pause after crashes', 'crashLoopBackOff: {maxContainerRestartPeriod: 30s}', { crashPauseMaxMs: 30_000 }],
  ['a default profile of seccomp', 'seccompDefault: true', { isSeccompDefault: true }],
  ['limits of CPU that are only weights', 'cpuCFSQuota: false', { ignoresCpuLimits: true }],
  ['the largest process alone', 'singleProcessOOMKill: true', { killsSingleProcesses: true }],
  ['no swap', 'failSwapOn: true', { isSwapRefused: true }],
  [
    'a resolver of its own, and a name of its provider',
    'resolvConf: /run/r.conf\nproviderID: a://b',
    { resolverFile: '/run/r.conf', providerId: 'a://b' },
  ],
  [
    'how it tells of itself',
    'nodeStatusUpdateFrequency: 4s\nnodeStatusReportFrequency: 1m\nnodeStatusMaxImages: -1\nnodeLeaseDurationSeconds: 20',
    { report: { lookMs: 4000, everyMs: 60_000, imagesMax: undefined, leaseSeconds: 20 } },
  ],
  [
    'who looks at another pace tells at that pace',
    'nodeStatusUpdateFrequency: 20s',
    { report: { ...SETTINGS_DEFAULT.report, lookMs: 20_000, everyMs: 20_000 } },
  ],
  ['what is so anyway', 'cgroupDriver: cgroupfs\nreadOnlyPort: 0\nauthorization: {mode: Webhook}', SETTINGS_DEFAULT],
  ['sysctls', 'allowedUnsafeSysctls: ["net.core.*"]', { unsafeSysctls: ['net.core.*'] }],
  [
    'hard thresholds that are given stand for all',
    'evictionHard: {memory.available: 5%}\nevictionMinimumReclaim: {memory.available: 1Gi}',
    {
      eviction: {
        ...SETTINGS_DEFAULT.eviction,
        thresholds: [{ signal: 'memory.available', amount: '5%', graceMs: 0, minReclaim: '1Gi' }],
      },
    },
  ],
  [
    'soft ones come on top, each with its grace',
    'evictionHard: {memory.available: 0%}\nevictionSoft: {nodefs.available: 20%}\nevictionSoftGracePeriod: {nodefs.available: 2m}\nevictionMaxPodGracePeriod: 30\nevictionPressureTransitionPeriod: 1m',
    {
      eviction: {
        thresholds: [{ signal: 'nodefs.available', amount: '20%', graceMs: 120_000 }],
        softGraceSeconds: 30,
        transitionMs: 60_000,
      },
    },
  ],
]
for (const [rule, lines, expected] of sets)
  test(rule, () => {
    const found = readConfiguration(file(lines))
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, found[key as keyof KubeletSettings]])), expected)
  })
test('merged with the defaults, the others stay', () => {
  const { thresholds } = readConfiguration(file('mergeDefaultEvictionSettings: true\nevictionHard: {memory.available: 1Gi}')).eviction
  assert.deepEqual(Object.fromEntries(thresholds.map(({ signal, amount }) => [signal, amount])), {
    ...HARD_DEFAULT,
    'memory.available': '1Gi',
  })
})

const refused: readonly [rule: string, text: string, problems: readonly string[]][] = [
  [
    'another kind of file',
    'apiVersion: v1\nkind: Pod\n',
    ['apiVersion: "v1"; it must be "kubelet.config.k8s.io/v1beta1"', 'kind: "Pod"; it must be "KubeletConfiguration"'],
  ],
  [
    'an empty file',
    '',
    ['0 documents; give one, which begins with "apiVersion: kubelet.config.k8s.io/v1beta1" and "kind: KubeletConfiguration"'],
  ],
  ['a typing error', file('maxPod: 5'), ['maxPod: unknown field; did you mean "maxPods"?']],
  [
    'what only Kubernetes has',
    file('cgroupDriver: systemd'),
    ['cgroupDriver: "systemd"; with Knarr it is always "cgroupfs": give that, or leave it out'],
  ],
  ['what Knarr does not have', file('eventBurst: 5'), ['eventBurst: Knarr has no such setting; leave it out']],
  [
    "a pause beyond upstream's",
    file('crashLoopBackOff: {maxContainerRestartPeriod: 10m}'),
    ['crashLoopBackOff["maxContainerRestartPeriod"]: "10m" is not from 1s to 300s; give one like "300s"'],
  ],
  [
    'images that are too old before they may go',
    file('imageMaximumGCAge: 1m'),
    ['imageMaximumGCAge: not above imageMinimumGCAge, which by default is "2m"; give a longer one, or "0s"'],
  ],
  ['the same twice', file('maxPods: 5\nmaxPods: 6'), ['maxPods: stands more than once; leave one of them']],
  ['a word for a number', file('maxPods: many'), ['maxPods: "many" is no whole number from 0 to 2147483647; give one like 110']],
  [
    'too much',
    file('imageGCHighThresholdPercent: 101'),
    ['imageGCHighThresholdPercent: 101 is no whole number from 0 to 100; give one like 85'],
  ],
  [
    'a number for a duration',
    file('imageMinimumGCAge: 120'),
    ['imageMinimumGCAge: 120 is no duration; give one like "30s", "1m30s" or "5m"'],
  ],
  [
    'a text for a switch',
    file('serializeImagePulls: "yes"'),
    ['serializeImagePulls: "yes" is neither true nor false; give one of them, without quotes'],
  ],
  [
    'a signal that there is not',
    file('evictionHard: {memory.availible: 100Mi}'),
    ['evictionHard["memory.availible"]: unknown name; did you mean "memory.available"?'],
  ],
  [
    'a threshold that is no amount',
    file('evictionHard: {memory.available: 100MB, nodefs.available: 10%}'),
    ['evictionHard["memory.available"]: "100MB" is no quantity above zero; give one like "500Mi" or "10%"'],
  ],
  [
    'more time for critical pods than for all',
    file('shutdownGracePeriod: 10s\nshutdownGracePeriodCriticalPods: 20s'),
    ['shutdownGracePeriodCriticalPods: longer than shutdownGracePeriod, of which it is a part; give a shorter one'],
  ],
  [
    'less than a second to shut down in',
    file('shutdownGracePeriod: 500ms'),
    ['shutdownGracePeriod: less than a second; give "0s", or one like "30s"'],
  ],
  [
    'time for a shutdown in two ways',
    file('shutdownGracePeriod: 10s\nshutdownGracePeriodByPodPriority: [{priority: 0, shutdownGracePeriodSeconds: 5}]'),
    ['shutdownGracePeriodByPodPriority: stands beside shutdownGracePeriod; leave one of them out'],
  ],
  [
    'a typing error in a list',
    file('shutdownGracePeriodByPodPriority: [{priority: 0, seconds: 5}]'),
    ['shutdownGracePeriodByPodPriority["seconds"]: unknown name; there are priority, shutdownGracePeriodSeconds'],
  ],
  [
    'a part of an item that is missing',
    file('shutdownGracePeriodByPodPriority: [{priority: 0}]'),
    ['shutdownGracePeriodByPodPriority: nothing is no whole number from 0 to 2147483647; give one like 60'],
  ],
  [
    'a soft threshold without grace',
    file('evictionSoft: {memory.available: 1Gi}'),
    ['evictionSoft["memory.available"]: has no grace period; add evictionSoftGracePeriod["memory.available"], like "1m30s"'],
  ],
  [
    'thresholds that cross',
    file('imageGCHighThresholdPercent: 60'),
    ['imageGCLowThresholdPercent: 80 is not below imageGCHighThresholdPercent, 60; give a smaller one'],
  ],
  [
    'one after the other, and side by side',
    file('serializeImagePulls: true\nmaxParallelImagePulls: 3'),
    ['maxParallelImagePulls: 3 although serializeImagePulls is true; set that to false, or leave this out'],
  ],
  [
    'questions for logs that are not served',
    file('enableSystemLogHandler: false\nenableSystemLogQuery: true'),
    ['enableSystemLogQuery: true although enableSystemLogHandler is false; set that to true, or leave this out'],
  ],
  [
    'groups of other programs',
    file('enforceNodeAllocatable: [pods, system-reserved]'),
    ['enforceNodeAllocatable: "system-reserved" is not among them; there are pods, none'],
  ],
  [
    'none and some',
    file('enforceNodeAllocatable: [none, pods]'),
    ['enforceNodeAllocatable: "none" beside others; leave it, or the others, out'],
  ],
  [
    'taints that are none',
    file('registerWithTaints: [{key: a b, effect: NoSchedule}]'),
    [
      'registerWithTaints: {"key":"a b","effect":"NoSchedule"} is no taint; give one like {key: example.com/dedicated, value: gpu, effect: NoSchedule}',
    ],
  ],
  [
    'a path from somewhere',
    file('staticPodPath: manifests'),
    ['staticPodPath: "manifests" is no absolute path; give one like "/etc/kubernetes/manifests"'],
  ],
  [
    'a policy that there is not',
    file('imagePullCredentialsVerificationPolicy: Sometimes'),
    [
      'imagePullCredentialsVerificationPolicy: "Sometimes" is none of them; there are NeverVerify, NeverVerifyPreloadedImages, NeverVerifyAllowlistedImages, AlwaysVerify',
    ],
  ],
  [
    'a list that no policy looks at',
    file('preloadedImagesVerificationAllowlist: [a/b]'),
    [
      'preloadedImagesVerificationAllowlist: is heeded only where imagePullCredentialsVerificationPolicy is "NeverVerifyAllowlistedImages"; set that, or leave this out',
    ],
  ],
  [
    'all that is wrong is told at once',
    file('maxPods: -1\nregisterNode: false'),
    [
      'maxPods: -1 is no whole number from 0 to 2147483647; give one like 110',
      'registerNode: false; with Knarr it is always true: give that, or leave it out',
    ],
  ],
]
for (const [rule, text, problems] of refused)
  test(`refused: ${rule}`, () =>
    assert.throws(
      () => readConfiguration(text),
      (error: unknown) => {
        assert.ok(error instanceof WrongConfiguration)
        assert.deepEqual(error.problems, problems)
        return true
      },
    ))

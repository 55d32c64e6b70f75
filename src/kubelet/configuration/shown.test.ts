/** What is shown of a kubelet's settings sets another kubelet alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Threshold } from '../eviction/thresholds.ts'
import { readConfiguration } from './read.ts'
import { SETTINGS_DEFAULT } from './settings.ts'
import { shownSettings } from './shown.ts'

const HEADER = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' }
const RICH = {
  ...HEADER,
  maxPods: 50,
  podsPerCore: 5,
  podPidsLimit: 1024,
  kubeReserved: { cpu: '100m', memory: '256Mi', pid: '500' },
  systemReserved: { cpu: '100m', 'ephemeral-storage': '1Gi' },
  enforceNodeAllocatable: ['none'],
  registerWithTaints: [{ key: 'example.com/only', value: 'x', effect: 'NoSchedule' }],
  staticPodPath: '/etc/manifests',
  evictionHard: { 'memory.available': '5%', 'nodefs.available': '1Gi' },
  evictionSoft: { 'memory.available': '10%' },
  evictionSoftGracePeriod: { 'memory.available': '1m30s' },
  evictionMinimumReclaim: { 'nodefs.available': '500Mi' },
  evictionMaxPodGracePeriod: 30,
  evictionPressureTransitionPeriod: '2m',
  imageGCHighThresholdPercent: 70,
  imageGCLowThresholdPercent: 60,
  imageMinimumGCAge: '5m',
  imageMaximumGCAge: '24h',
  crashLoopBackOff: { maxContainerRestartPeriod: '30s' },
  seccompDefault: true,
  cpuCFSQuota: false,
  singleProcessOOMKill: true,
  failSwapOn: true,
  resolvConf: '/etc/other.conf',
  providerID: 'a://b',
  nodeStatusUpdateFrequency: '4s',
  nodeStatusReportFrequency: '1m',
  nodeStatusMaxImages: -1,
  nodeLeaseDurationSeconds: 20,
  serializeImagePulls: true,
  imagePullCredentialsVerificationPolicy: 'NeverVerifyAllowlistedImages',
  preloadedImagesVerificationAllowlist: ['registry.example.com/*'],
  containerLogMaxSize: '5Mi',
  containerLogMaxFiles: 3,
  allowedUnsafeSysctls: ['net.core.*'],
  shutdownGracePeriod: '30s',
  shutdownGracePeriodCriticalPods: '10s',
  enableSystemLogQuery: true,
}
test('all that can be set', () => {
  const settings = readConfiguration(JSON.stringify(RICH))
  assert.deepEqual(readConfiguration(JSON.stringify({ ...HEADER, ...shownSettings(settings) })), settings)
})
test('the defaults, of which that images need a disk of their own cannot be said', () => {
  const { eviction, ...others } = readConfiguration(JSON.stringify({ ...HEADER, ...shownSettings(SETTINGS_DEFAULT) }))
  const { eviction: defaults, ...otherDefaults } = SETTINGS_DEFAULT
  assert.deepEqual(others, otherDefaults)
  const plain = (thresholds: readonly Threshold[]) => thresholds.map(({ signal, amount, graceMs }) => ({ signal, amount, graceMs }))
  assert.deepEqual(plain(eviction.thresholds), plain(defaults.thresholds))
  assert.deepEqual([eviction.transitionMs, eviction.softGraceSeconds], [defaults.transitionMs, defaults.softGraceSeconds])
})

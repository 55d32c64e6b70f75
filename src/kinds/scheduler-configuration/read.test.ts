/** What a KubeSchedulerConfiguration may say, and what is answered when it makes no sense. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSchedulerConfiguration } from './read.ts'

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n'
const profile = (text: string) => `${HEAD}profiles:\n- ${text.replaceAll('\n', '\n  ')}`
const args = (plugin: string, text: string) => profile(`pluginConfig:\n- name: ${plugin}\n  args: ${text}`)

test('what is not said is as upstream has it', () => {
  const { podInitialBackoffSeconds, podMaxBackoffSeconds, profiles } = readSchedulerConfiguration(HEAD)
  assert.deepEqual([podInitialBackoffSeconds, podMaxBackoffSeconds, profiles], [1, 10, [{ schedulerName: 'default-scheduler', args: {} }]])
})
test('arguments are read, and filled with defaults', () => {
  const [first] = readSchedulerConfiguration(
    args('NodeResourcesFit', '{scoringStrategy: {type: MostAllocated, resources: [{name: cpu}]}}'),
  ).profiles
  assert.deepEqual(first?.args.NodeResourcesFit, { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } })
})
test('the apiVersion and kind of arguments may stand there', () => {
  const typed = '{apiVersion: kubescheduler.config.k8s.io/v1, kind: InterPodAffinityArgs, hardPodAffinityWeight: 7}'
  assert.equal(readSchedulerConfiguration(args('InterPodAffinity', typed)).profiles[0]?.args.InterPodAffinity?.hardPodAffinityWeight, 7)
})

test('what an extender takes upon itself is left out of account', () => {
  const managed = 'managedResources: [{name: example.com/gpu, ignoredByScheduler: true}, {name: example.com/nic}]'
  const { profiles, extenders } = readSchedulerConfiguration(`${HEAD}extenders: [{urlPrefix: "http://x", filterVerb: f, ${managed}}]`)
  assert.deepEqual(profiles[0]?.args.NodeResourcesFit?.ignoredResources, ['example.com/gpu'])
  assert.equal(extenders?.[0]?.filterVerb, 'f')
})

const PLACE = 'profiles[0].pluginConfig[0].args'
const refusals: readonly [rule: string, text: string, message: string][] = [
  [
    'no pause at all',
    `${HEAD}podInitialBackoffSeconds: 0`,
    'podInitialBackoffSeconds: Invalid value: 0: must be greater than or equal to 1',
  ],
  ['nothing', '', 'there must be one object, of kind KubeSchedulerConfiguration'],
  [
    'another version',
    HEAD.replace('v1', 'v1beta3'),
    'apiVersion: Unsupported value: "kubescheduler.config.k8s.io/v1beta3": supported values: "kubescheduler.config.k8s.io/v1"',
  ],
  ['a slip', `${HEAD}profile: []`, 'unknown field "profile"; did you mean "profiles"?'],
  [
    'a slip in arguments',
    args('InterPodAffinity', '{hardPodAffinityWeigth: 1}'),
    `${PLACE}: unknown field "hardPodAffinityWeigth"; did you mean "hardPodAffinityWeight"?`,
  ],
  [
    'a number for a text',
    profile('schedulerName: 7'),
    'json: cannot unmarshal number into Go struct field KubeSchedulerProfile.profiles.schedulerName of type string; did you mean "7", in quotes?',
  ],
  [
    'a percentage above 100',
    `${HEAD}percentageOfNodesToScore: 101`,
    'percentageOfNodesToScore: Invalid value: 101: must be less than or equal to 100',
  ],
  [
    'pauses that shrink',
    `${HEAD}podInitialBackoffSeconds: 20`,
    'podMaxBackoffSeconds: Invalid value: 10: must be greater than or equal to PodInitialBackoffSeconds',
  ],
  [
    'two profiles of one name',
    `${HEAD}profiles: [{schedulerName: a}, {schedulerName: a}]`,
    'profiles[1].schedulerName: Duplicate value: "a"',
  ],
  [
    'a plugin that there is not',
    profile('plugins: {score: {disabled: [{name: NodeResourceFit}]}}'),
    'profiles[0].plugins.score.disabled[0].name: Invalid value: "NodeResourceFit": no such plugin; did you mean "NodeResourcesFit"?',
  ],
  [
    'a plugin that is part of the rest',
    profile('plugins: {multiPoint: {disabled: [{name: DefaultBinder}]}}'),
    'profiles[0].plugins.multiPoint.disabled[0].name: Invalid value: "DefaultBinder": this plugin cannot be left out',
  ],
  [
    'a point without switches',
    profile('plugins: {permit: {}}'),
    'profiles[0].plugins.permit: Forbidden: plugins are switched at multiPoint, filter, postFilter, score only',
  ],
  [
    'a weight out of range',
    args('InterPodAffinity', '{hardPodAffinityWeight: 101}'),
    `${PLACE}.hardPodAffinityWeight: Invalid value: 101: must be less than or equal to 100`,
  ],
  [
    'another strategy',
    args('NodeResourcesFit', '{scoringStrategy: {type: Best}}'),
    `${PLACE}.scoringStrategy.type: Unsupported value: "Best": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"`,
  ],
  [
    'a ratio without a shape',
    args('NodeResourcesFit', '{scoringStrategy: {type: RequestedToCapacityRatio}}'),
    `${PLACE}.scoringStrategy.requestedToCapacityRatio.shape: Required value: at least one point must be specified`,
  ],
  [
    'default constraints beside the built-in ones',
    args('PodTopologySpread', '{defaultConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]}'),
    `${PLACE}.defaultConstraints: Invalid value: 1: when .defaultingType is "System", there can be none; set it to "List"`,
  ],
  [
    'an extender whose comparison counts nothing',
    `${HEAD}extenders: [{urlPrefix: "http://x", prioritizeVerb: rank}]`,
    'extenders[0].weight: Invalid value: 0: must have a positive weight applied to it',
  ],
  [
    'a resource of the scheduler itself in the hands of an extender',
    `${HEAD}extenders: [{urlPrefix: "http://x", managedResources: [{name: cpu}]}]`,
    'extenders[0].managedResources[0].name: Invalid value: "cpu": is an invalid extended resource name',
  ],
  [
    'two extenders that bind',
    `${HEAD}extenders: [{urlPrefix: "http://x", bindVerb: b}, {urlPrefix: "http://y", bindVerb: b}]`,
    'extenders: Invalid value: "found 2 extenders implementing bind": only one extender can implement bind',
  ],
]
for (const [rule, text, message] of refusals)
  test(`refused: ${rule}`, () => assert.throws(() => readSchedulerConfiguration(text), { name: 'RangeError', message }))

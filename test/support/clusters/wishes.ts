/** What pods by chance wish of nodes and of one another. */
import type { Chance } from './chance.ts'
import { HOST, ZONE } from './nodes.ts'

const PLACES = [HOST, ZONE, ZONE, 'disk', 'none']

export function selectorByChance(chance: Chance): object | undefined {
  if (chance.often(6)) return chance.one([undefined, {}])
  const expression = () =>
    chance.one([
      { key: 'app', operator: 'In', values: ['a', 'b'] },
      { key: 'app', operator: 'NotIn', values: ['a'] },
      { key: 'tier', operator: 'Exists' },
      { key: 'tier', operator: 'DoesNotExist' },
    ])
  return {
    matchLabels: chance.often(75) ? { app: chance.one(['a', 'b']) } : {},
    matchExpressions: chance.often(35) ? [expression()] : [],
  }
}

/** Selectors of namespaces only ask for what is there: those that ask for what is not are misread by upstream 1.36. */
function companyTerm(chance: Chance): object {
  const labelSelector = selectorByChance(chance)
  return {
    labelSelector,
    topologyKey: chance.one(PLACES),
    namespaces: chance.often(20) ? ['other'] : [],
    namespaceSelector: chance.maybe(20, () => chance.one([{}, { matchLabels: { env: 'dev' } }])),
    matchLabelKeys: labelSelector && chance.often(15) ? ['tier'] : [],
  }
}
function company(chance: Chance): object | undefined {
  const required = chance.often(45) ? chance.many([1, 2], () => companyTerm(chance)) : []
  const preferred = chance.often(45) ? chance.many([1, 2], () => companyTerm(chance)) : []
  return {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred.map(podAffinityTerm => ({
      weight: chance.one([1, 29, 100]),
      podAffinityTerm,
    })),
  }
}
export const companyByChance = (chance: Chance): object => ({
  podAffinity: chance.maybe(50, () => company(chance)),
  podAntiAffinity: chance.maybe(50, () => company(chance)),
})

const nodeDemand = (chance: Chance) =>
  chance.one([
    { key: 'disk', operator: chance.one(['In', 'NotIn']), values: ['ssd'] },
    { key: ZONE, operator: 'In', values: ['a', 'b'] },
    { key: chance.one(['disk', 'size', ZONE]), operator: chance.one(['Exists', 'DoesNotExist']) },
    { key: 'size', operator: chance.one(['Gt', 'Lt']), values: [chance.one(['3', '5', '10'])] },
  ])
const nodeTerm = (chance: Chance) => ({
  matchExpressions: chance.many([0, 2], () => nodeDemand(chance)),
  matchFields: chance.often(25)
    ? chance.many([1, 2], () => ({
        key: 'metadata.name',
        operator: chance.one(['In', 'In', 'NotIn']),
        values: [chance.one(['n0', 'n1', 'gone'])],
      }))
    : [],
})
export function placeByChance(chance: Chance): object {
  const terms = chance.many([1, 3], () => nodeTerm(chance))
  return {
    requiredDuringSchedulingIgnoredDuringExecution: chance.maybe(50, () => ({ nodeSelectorTerms: terms })),
    preferredDuringSchedulingIgnoredDuringExecution: chance.many([0, 2], () => ({
      weight: chance.one([1, 3, 100]),
      preference: nodeTerm(chance),
    })),
  }
}

/** One or two, which are not about the same. */
export function spreadsByChance(chance: Chance): readonly object[] {
  const all = chance.many([1, 2], () => spread(chance))
  return all.filter((each, at) => !all.slice(0, at).some(({ topologyKey }) => topologyKey === each.topologyKey))
}
function spread(chance: Chance) {
  const isHard = chance.often(50)
  const policy = () => chance.maybe(30, () => chance.one(['Honor', 'Ignore']))
  return {
    maxSkew: chance.between(1, 3),
    topologyKey: chance.one(PLACES),
    whenUnsatisfiable: isHard ? 'DoNotSchedule' : 'ScheduleAnyway',
    labelSelector: selectorByChance(chance),
    minDomains: isHard ? chance.maybe(25, () => chance.between(1, 4)) : undefined,
    nodeAffinityPolicy: policy(),
    nodeTaintsPolicy: policy(),
  }
}
export const tolerationByChance = (chance: Chance): object => ({
  key: chance.one(['k', 'l']),
  operator: chance.one(['Exists', 'Exists', 'Equal']),
  effect: chance.one([undefined, 'NoSchedule', 'PreferNoSchedule']),
})

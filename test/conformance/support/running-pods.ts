/** Pods and templates for tests on real containers, and what is asked of them. */
import assert from 'node:assert/strict'
import { shell } from './node-stage.ts'
import type { Any, Query, Resource } from './resource.ts'
import { settled } from './settled.ts'

/** Runs until it is told to stop, and then stops at once: the first process of a container is deaf to TERM unless it listens. */
const RUNS = "trap 'exit 0' TERM INT; sleep 100000 & wait"
/** An image that is never there, and never asked for anywhere. */
export const MISSING = { image: 'webserver:404', imagePullPolicy: 'Never' } as const

/** A container of busybox that runs until it is stopped. */
export const container = (more: object = {}) => shell('c', RUNS, more)

export const template = (labels: Readonly<Record<string, string>>, spec: object = {}, one: object = {}) => ({
  metadata: { labels },
  spec: { terminationGracePeriodSeconds: 5, containers: [container(one)], ...spec },
})
export const labelled = (labels: Readonly<Record<string, string>>): Query => ({
  labelSelector: Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(','),
})

export const isReady = ({ status }: Any): boolean =>
  (status.conditions ?? []).some((one: Any) => one.type === 'Ready' && one.status === 'True')
export const isEnding = ({ metadata }: Any): boolean => metadata.deletionTimestamp !== undefined

/** Waits until so many pods are selected, all of them ready and none of them ending, and gives them. */
export const readyPods = (pods: Resource, query: Query, count: number): Promise<readonly Any[]> =>
  settled(pods, query, items => {
    const told = items.map(({ metadata, status }) => `${metadata.name} ${status.phase}`)
    assert.equal(items.length, count, told.join(', '))
    for (const pod of items) {
      assert(isReady(pod), JSON.stringify(pod.status))
      assert(!isEnding(pod), `${pod.metadata.name} is ending`)
    }
    return items
  })

/** The owner that controls an object. */
export const controllerOf = ({ metadata }: Any): Any => metadata.ownerReferences?.find((one: Any) => one.controller)

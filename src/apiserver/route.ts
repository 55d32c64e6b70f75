/** Which code answers a request that is allowed: a verb on a resource, a subresource, a review, or a path beside the resources. */
import { refuse } from '#kinds/meta/refusal.ts'
import { frozen } from './resources/item.ts'
import type { Call, Serving } from './call.ts'
import type { Incoming, Target, User } from './request.ts'
import type { Resource } from './resources/resource.ts'
import type { Subresource } from './resources/subresources.ts'
import { type Result, valueResult } from './result.ts'
import { draftFrom } from './verbs/body.ts'
import { create } from './verbs/create.ts'
import { remove } from './verbs/delete.ts'
import { removeCollection } from './verbs/deletecollection.ts'
import { get } from './verbs/get.ts'
import { list } from './verbs/list.ts'
import { writeOptions } from './verbs/options.ts'
import { patch } from './verbs/patch.ts'
import { scale } from './verbs/scale.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

/** Answers all verbs of one resource or subresource that has behaviour of its own. */
export type Action = (call: Call) => Promise<Result>
export interface Request {
  readonly incoming: Incoming
  readonly target: Target
  readonly user: User
  readonly warn: (message: string) => void
  /** Throws NotAcceptable when the client could not read the answer: before anything is done. Absent for callers in this process. */
  readonly negotiate?: (answer: { readonly isWatch: boolean; readonly hasProtobuf: boolean }) => void
}
/** Answers paths beside the resources: discovery, health, version, metrics. Undefined when the path is none of its own. */
export type Route = (request: Request) => Promise<Result | undefined> | Result | undefined

export interface Routes {
  /** By group, plural and subresource: `/pods/eviction`, `/componentstatuses`. */
  readonly actions: ReadonlyMap<string, Action>
  readonly others: readonly Route[]
}

const VERBS: Readonly<Record<string, Action>> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
}

/** Subresources that are parts of the stored object. */
const WRITTEN = new Set(['status', 'finalize', 'approval', 'ephemeralcontainers', 'resize'])

export async function route(serving: Serving, routes: Routes, request: Request): Promise<Result> {
  const { target } = request
  if (!target.isResource) {
    for (const other of routes.others) {
      const result = await other(request)
      if (result) return result
    }
    throw refuse.noRoute()
  }
  const resource = await serving.registry.find(target.group, target.version, target.resource)
  if (!resource) throw refuse.noRoute()
  const declared = resource.subresources.find(({ name }) => name === target.subresource)
  checkScope(resource, target, declared)
  const { deprecated } = resource.kind.options
  if (deprecated) request.warn(deprecated)
  const call: Call = { serving, resource, ...request }
  const { subresource, verb } = target
  const { group, resource: plural } = resource.about
  const action = routes.actions.get(subresource ? `${group}/${plural}/${subresource}` : `${group}/${plural}`)
  if (subresource) {
    if (!declared) throw refuse.noRoute()
    if (!declared.takesAnyMethod && !declared.verbs.includes(verb)) throw refuse.methodNotServed()
    if (action) return await action(call)
    request.negotiate?.({ isWatch: false, hasProtobuf: !resource.isCustom || subresource === 'scale' })
    if (subresource === 'scale') return await scale(call)
    // What is declared but has no code here needs something that this server was not given.
    if (!WRITTEN.has(subresource)) throw refuse.unavailable(`${plural}/${subresource} is not available on this server`)
    return await (VERBS[verb] as Action)(call)
  }
  if (!resource.verbs.some(served => served === verb)) throw refuse.methodNotServed()
  request.negotiate?.({ isWatch: verb === 'watch', hasProtobuf: !resource.isCustom })
  const review = serving.reviews.get(resource.kind)
  if (review) return await answerReview(call, review)
  return action ? await action(call) : await (VERBS[verb] as Action)(call)
}

/** Names and namespaces must stand where the resource's scope has them. */
function checkScope({ isNamespaced, about }: Resource, { namespace, verb, name, subresource }: Target, declared?: Subresource): void {
  const isNamespaceItself = about.group === '' && about.resource === 'namespaces'
  if (!isNamespaced && namespace && !isNamespaceItself) throw refuse.noRoute()
  const isCollection = ['list', 'watch', 'create', 'deletecollection'].includes(verb) && !subresource
  if (isNamespaced && !namespace && !isCollection) throw refuse.noRoute()
  if (isNamespaced && !namespace && (verb === 'create' || verb === 'deletecollection') && !subresource) throw refuse.methodNotServed()
  if (verb === 'create' && name && !subresource) throw refuse.methodNotServed()
  if ((!verb && !declared?.takesAnyMethod) || (!isCollection && !name)) throw refuse.methodNotServed()
}

/** A review is completed and given back, never stored. */
async function answerReview(call: Call, review: NonNullable<ReturnType<Serving['reviews']['get']>>): Promise<Result> {
  const { user, target, serving, resource } = call
  const object = frozen(await draftFrom(call, resource.kind, writeOptions(call, 'CreateOptions')))
  const value = await review(object, { user, namespace: target.namespace, now: serving.clock.now() })
  return { ...valueResult(value, 201), kind: resource.kind }
}

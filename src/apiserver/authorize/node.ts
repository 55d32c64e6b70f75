/** The Node authorizer: a kubelet reads only what the pods of its own node need. Upstream: plugin/pkg/auth/authorizer/node. */
import type { User } from '../request.ts'
import type { Objects } from '../resources/objects.ts'
import type { Attributes, Authorizer, Verdict } from './authorizer.ts'
import { isRelated, type RelatedResource } from './node-relations.ts'
import { allows, type PolicyRule } from './rules.ts'

export const NODES = 'system:nodes'
const NODE_USER = 'system:node:'
/** The namespace in which kubelets renew their leases. */
const LEASES = 'kube-node-lease'

/** The node whose kubelet a user is: '' when the user is in the nodes' group without a node's name, undefined for everyone else. */
export function nodeOf(user: User): string | undefined {
  if (!user.name.startsWith(NODE_USER) || !user.groups.includes(NODES)) return undefined
  return user.name.slice(NODE_USER.length)
}

const allow: Verdict = { decision: 'allow', reason: '' }
const abstain = (reason = ''): Verdict => ({ decision: 'abstain', reason })

/** `nodeRules` are the rules of the role system:node: what is not narrowed here is allowed to all nodes alike. */
export function nodeAuthorizer(objects: Objects, nodeRules: readonly PolicyRule[]): Authorizer {
  const related = async (kind: RelatedResource, node: string, { namespace, name }: Attributes): Promise<Verdict> => {
    if (!name) return abstain('No Object name found')
    return (await isRelated(objects, { kind, namespace, name }, node))
      ? allow
      : abstain(`no relationship found between node '${node}' and this object`)
  }
  return {
    authorize(attributes: Attributes): Promise<Verdict> {
      const node = nodeOf(attributes.user)
      if (node === undefined) return Promise.resolve(abstain())
      if (node === '') return Promise.resolve(abstain(`unknown node for user ${JSON.stringify(attributes.user.name)}`))
      const answer = attributes.isResource ? decide(attributes, node) : undefined
      if (typeof answer === 'string') return related(answer, node, attributes)
      return Promise.resolve(answer ?? (nodeRules.some(rule => allows(rule, attributes)) ? allow : abstain()))
    },
    rules: user => Promise.resolve({ resource: [], nonResource: [], incomplete: nodeOf(user) !== undefined }),
  }
}

/** A verdict, or the resource whose relation to the node decides, or undefined when the request is not narrowed. */
function decide(attributes: Attributes, node: string): Verdict | RelatedResource | undefined {
  const { verb, subresource, namespace, name } = attributes
  switch (attributes.group ? `${attributes.resource}.${attributes.group}` : attributes.resource) {
    case 'secrets':
    case 'configmaps':
      if (!['get', 'list', 'watch'].includes(verb)) return abstain('can only read resources of this type')
      if (subresource) return abstain('cannot read subresource')
      if (!namespace) return abstain('can only read namespaced object of this type')
      return attributes.resource as 'secrets' | 'configmaps'
    case 'persistentvolumeclaims':
      if (subresource !== 'status') return getOnly(attributes, 'persistentvolumeclaims')
      return ['update', 'patch'].includes(verb) ? 'persistentvolumeclaims' : abstain('can only get/update/patch this type')
    case 'persistentvolumes':
      return getOnly(attributes, 'persistentvolumes')
    case 'resourceclaims.resource.k8s.io':
      return getOnly(attributes, 'resourceclaims')
    case 'volumeattachments.storage.k8s.io':
      return getOnly(attributes, 'volumeattachments')
    case 'serviceaccounts':
      if (subresource === '' && verb === 'get') return 'serviceaccounts'
      if (verb !== 'create' || !name) return abstain('can only create tokens for individual service accounts')
      return subresource === 'token' ? 'serviceaccounts' : abstain('can only create token subresource of serviceaccount')
    case 'leases.coordination.k8s.io':
      if (!OWN.includes(verb)) return abstain('can only get, create, update, patch, or delete a node lease')
      if (namespace !== LEASES) return abstain(`can only access leases in the "${LEASES}" system namespace`)
      // On creation the name is not known here; NodeRestriction checks it.
      return verb === 'create' || name === node ? allow : abstain('can only access node lease with the same name as the requesting node')
    case 'csinodes.storage.k8s.io':
      if (!OWN.includes(verb)) return abstain('can only get, create, update, patch, or delete a CSINode')
      if (subresource) return abstain('cannot authorize CSINode subresources')
      return verb === 'create' || name === node ? allow : abstain('can only access CSINode with the same name as the requesting node')
    case 'resourceslices.resource.k8s.io':
      return onSlices(attributes, node)
    case 'nodes':
      return onNodes(attributes, node)
    case 'pods':
      return onPods(attributes, node)
    default:
      return undefined
  }
}
const OWN = ['get', 'create', 'update', 'patch', 'delete']

function getOnly<R extends RelatedResource>({ verb, subresource }: Attributes, kind: R): Verdict | R {
  if (verb !== 'get') return abstain('can only get individual resources of this type')
  return subresource ? abstain('cannot get subresource') : kind
}
function onSlices({ verb, subresource, fieldSelector }: Attributes, node: string): Verdict | 'resourceslices' {
  if (subresource) return abstain('cannot authorize ResourceSlice subresources')
  switch (verb) {
    case 'create':
      return allow
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return 'resourceslices'
    case 'watch':
    case 'list':
    case 'deletecollection':
      return selects(fieldSelector, 'spec.nodeName', node) || selects(fieldSelector, 'nodeName', node)
        ? allow
        : abstain('can only list/watch/deletecollection resourceslices with nodeName field selector')
    default:
      return abstain(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      )
  }
}
function onNodes({ verb, subresource, name }: Attributes, node: string): Verdict {
  if (subresource === 'status') return ['update', 'patch'].includes(verb) ? allow : abstain()
  if (subresource) return abstain()
  if (['create', 'update', 'patch'].includes(verb)) return allow
  if (!['get', 'list', 'watch'].includes(verb)) return abstain()
  if (name === node) return allow
  return abstain(
    name
      ? `node '${node}' cannot read '${name}', only its own Node object`
      : `node '${node}' cannot read all nodes, only its own Node object`,
  )
}
function onPods(attributes: Attributes, node: string): Verdict | 'pods' {
  const { verb, subresource, name, fieldSelector } = attributes
  switch (subresource) {
    case '':
      if (verb === 'get') return 'pods'
      if (verb === 'create' || verb === 'delete') return allow
      if (verb !== 'list' && verb !== 'watch') return abstain()
      if (selects(fieldSelector, 'spec.nodeName', node)) return allow
      return name ? 'pods' : abstain('can only list/watch pods with spec.nodeName field selector')
    case 'status':
      return ['update', 'patch'].includes(verb) ? allow : abstain()
    case 'eviction':
      return verb === 'create' ? allow : abstain()
    default:
      return abstain()
  }
}
const selects = (fieldSelector: string | undefined, field: string, value: string): boolean =>
  (fieldSelector ?? '').split(',').some(term => term.trim() === `${field}=${value}` || term.trim() === `${field}==${value}`)

/** The operations of each resource, in a neutral form: paths, identifiers, actions, parameters, bodies and answers. */
import { type GroupVersionKind, gvkOf, listName } from './definitions.ts'
import {
  COLLECTION_DELETION,
  DELETION,
  LISTING,
  NAMESPACE,
  nameOf,
  PATCHING,
  PATH,
  type Parameter,
  PRETTY,
  parametersOf,
  WRITE,
} from './parameters.ts'
import { definitionName } from './schema.ts'
import {
  type DescribedGroupVersion,
  type DescribedKind,
  type DescribedResource,
  type DescribedSubresource,
  META_PACKAGE,
  PATCH,
} from './source.ts'

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch'
export interface Operation {
  readonly method: Method
  readonly id: string
  readonly description: string
  readonly tag: string
  readonly action?: string
  readonly gvk?: GroupVersionKind
  readonly parameters: readonly Parameter[]
  readonly body?: { readonly definition: string; readonly isRequired: boolean }
  /** What is accepted: definitions by status; '' is text. */
  readonly answers: Readonly<Record<string, string>>
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
}
export interface PathItem {
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly operations: readonly Operation[]
}

const ANY: readonly string[] = ['*/*']
const OBJECTS: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const STREAMS: readonly string[] = [...OBJECTS, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
const CUSTOM_OBJECTS: readonly string[] = ['application/json', 'application/yaml']
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]
const CUSTOM_PATCHES = PATCHES.filter(type => !type.includes('strategic'))

const STATUS = `${META_PACKAGE}.Status`
const DELETE_OPTIONS = `${META_PACKAGE}.DeleteOptions`

/** `rbac.authorization.k8s.io` gives rbacAuthorization; core has no group but this word. */
function groupWord(group: string): string {
  const [first = 'core', ...more] = (group || 'core').replace(/\.k8s\.io$/, '').split(/[.-]/)
  return first + more.map(capital).join('')
}
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
export const tagOf = (group: string, version: string) => `${groupWord(group)}_${version}`
const rootOf = (group: string, version: string) => (group ? `/apis/${group}/${version}` : `/api/${version}`)

/** All paths of a group version. The deprecated /watch/ paths are not told of: listing with `watch=true` does the same. */
export function pathsOf({ group, version, resources }: DescribedGroupVersion): PathItem[] {
  const list: Operation = {
    method: 'get',
    id: `get${capital(groupWord(group))}${capital(version)}APIResources`,
    description: 'Lists the resources of this group version.',
    tag: tagOf(group, version),
    parameters: [],
    answers: { 200: `${META_PACKAGE}.APIResourceList` },
    consumes: OBJECTS,
    produces: OBJECTS,
  }
  const items = resources.flatMap(resource => new ResourcePaths(group, version, resource).all())
  return [{ path: `${rootOf(group, version)}/`, parameters: [], operations: [list] }, ...items]
}

class ResourcePaths {
  readonly #resource: DescribedResource
  readonly #word: string
  readonly #tag: string
  readonly #root: string
  readonly #objects: readonly string[]
  constructor(group: string, version: string, resource: DescribedResource) {
    this.#resource = resource
    this.#word = capital(groupWord(group)) + capital(version)
    this.#tag = tagOf(group, version)
    this.#root = rootOf(group, version)
    this.#objects = resource.isCustom ? CUSTOM_OBJECTS : OBJECTS
  }

  all(): PathItem[] {
    const { plural, namespaced, kind, subresources } = this.#resource
    const base = namespaced ? `${this.#root}/namespaces/{namespace}/${plural}` : `${this.#root}/${plural}`
    const shared = namespaced ? [NAMESPACE, PRETTY] : [PRETTY]
    const named = [nameOf(kind.name), ...shared]
    const items: PathItem[] = [
      { path: base, parameters: shared, operations: this.#collection() },
      { path: `${base}/{name}`, parameters: named, operations: this.#object() },
      ...subresources.flatMap(subresource => this.#subresource(`${base}/{name}/${subresource.name}`, named, subresource)),
    ]
    if (namespaced) items.push({ path: `${this.#root}/${plural}`, parameters: [PRETTY], operations: this.#everywhere() })
    return items.filter(({ operations }) => operations.length > 0)
  }

  /** `listCoreV1NamespacedPod` */
  #id(verb: string, kind: DescribedKind, suffix = ''): string {
    const scope = this.#resource.namespaced ? 'Namespaced' : ''
    const collection = verb === 'deletecollection' ? 'Collection' : ''
    return `${verb === 'deletecollection' ? 'delete' : verb}${this.#word}${collection}${scope}${kind.name}${suffix}`
  }
  #has(verb: DescribedResource['verbs'][number]): boolean {
    return this.#resource.verbs.includes(verb)
  }
  #base(kind: DescribedKind): Pick<Operation, 'tag' | 'gvk' | 'consumes' | 'produces' | 'parameters'> {
    const consumes = this.#resource.isCustom ? CUSTOM_OBJECTS : ANY
    return { tag: this.#tag, gvk: gvkOf(kind), consumes, produces: this.#objects, parameters: [] }
  }

  #list(id: string, where: string): Operation {
    const { kind } = this.#resource
    return {
      ...this.#base(kind),
      method: 'get',
      id,
      action: 'list',
      description: `Lists objects of kind ${kind.name}${where}, or watches them.`,
      parameters: LISTING,
      answers: { 200: listName(kind) },
      produces: this.#resource.isCustom ? CUSTOM_OBJECTS : STREAMS,
    }
  }
  #everywhere(): Operation[] {
    const { kind } = this.#resource
    return this.#has('list') ? [this.#list(`list${this.#word}${kind.name}ForAllNamespaces`, ' in all namespaces')] : []
  }
  #collection(): Operation[] {
    const { kind } = this.#resource
    const operations: Operation[] = []
    if (this.#has('list')) operations.push(this.#list(this.#id('list', kind), ''))
    if (this.#has('create')) operations.push(this.#create(this.#id('create', kind), kind, `Creates an object of kind ${kind.name}.`))
    if (this.#has('deletecollection')) {
      operations.push({
        ...this.#base(kind),
        method: 'delete',
        id: this.#id('deletecollection', kind),
        action: 'deletecollection',
        description: `Deletes the selected objects of kind ${kind.name}.`,
        parameters: COLLECTION_DELETION,
        body: { definition: DELETE_OPTIONS, isRequired: false },
        answers: { 200: STATUS },
      })
    }
    return operations
  }
  #object(): Operation[] {
    const { kind, verbs } = this.#resource
    return this.#whole(kind, verbs, { id: verb => this.#id(verb, kind), what: `an object of kind ${kind.name}` })
  }

  #create(id: string, kind: DescribedKind, description: string): Operation {
    const name = definitionName(kind)
    return {
      ...this.#base(kind),
      method: 'post',
      id,
      action: 'post',
      description,
      parameters: WRITE,
      body: { definition: name, isRequired: true },
      answers: { 200: name, 201: name, 202: name },
    }
  }

  /** The operations on one object, or on one aspect of it. */
  #whole(kind: DescribedKind, verbs: readonly string[], { id, what }: { id: (verb: string) => string; what: string }): Operation[] {
    const name = definitionName(kind)
    const base = this.#base(kind)
    const required = { definition: name, isRequired: true }
    const all: Readonly<Record<string, Operation>> = {
      get: { ...base, method: 'get', id: id('read'), action: 'get', description: `Reads ${what}.`, answers: { 200: name } },
      update: {
        ...base,
        method: 'put',
        id: id('replace'),
        action: 'put',
        description: `Replaces ${what}.`,
        parameters: WRITE,
        body: required,
        answers: { 200: name, 201: name },
      },
      delete: {
        ...base,
        method: 'delete',
        id: id('delete'),
        action: 'delete',
        description: `Deletes ${what}.`,
        parameters: DELETION,
        body: { definition: DELETE_OPTIONS, isRequired: false },
        answers: { 200: STATUS, 202: STATUS },
      },
      patch: {
        ...base,
        method: 'patch',
        id: id('patch'),
        action: 'patch',
        description: `Changes parts of ${what}, or applies a configuration to it.`,
        parameters: PATCHING,
        body: { definition: PATCH, isRequired: true },
        answers: { 200: name, 201: name },
        consumes: this.#resource.isCustom ? CUSTOM_PATCHES : PATCHES,
      },
    }
    return Object.entries(all).flatMap(([verb, operation]) => (verbs.includes(verb) ? [operation] : []))
  }

  #subresource(path: string, shared: readonly Parameter[], subresource: DescribedSubresource): PathItem[] {
    const { name, kind, verbs, answers, options } = subresource
    const extra = options ? parametersOf(options) : []
    const suffix = capital(name)
    const owner = this.#resource.kind
    const what = `the ${name} of an object of kind ${owner.name}`
    if (answers === 'connection') {
      const parameters = [...shared.filter(({ name }) => name !== PRETTY.name), ...extra]
      const direct = { path, parameters, operations: this.#connections(subresource, suffix) }
      const below = {
        path: `${path}/{path}`,
        parameters: [...parameters, PATH],
        operations: this.#connections(subresource, `${suffix}WithPath`),
      }
      return subresource.hasPath ? [direct, below] : [direct]
    }
    const operations = this.#whole(kind, verbs, { id: verb => this.#id(verb, owner, suffix), what })
    if (verbs.includes('create')) operations.push(this.#create(this.#id('create', owner, suffix), kind, `Creates ${what}.`))
    const written = operations.map(operation =>
      answers === 'text' ? { ...operation, answers: { 200: '' }, produces: ['text/plain', ...OBJECTS] } : operation,
    )
    return [{ path, parameters: [...shared, ...extra], operations: written }]
  }

  #connections({ kind, verbs, hasPath }: DescribedSubresource, suffix: string): Operation[] {
    const methods: readonly Method[] = hasPath
      ? ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']
      : (['get', 'post'] as const).filter(method => verbs.includes(method === 'get' ? 'get' : 'create'))
    const owner = this.#resource.kind
    const scope = this.#resource.namespaced ? 'Namespaced' : ''
    return methods.map(method => ({
      ...this.#base(kind),
      method,
      id: `connect${this.#word}${capital(method)}${scope}${owner.name}${suffix}`,
      action: 'connect',
      description: `Connects to an object of kind ${owner.name}.`,
      answers: { 200: '' },
      produces: ANY,
    }))
  }
}

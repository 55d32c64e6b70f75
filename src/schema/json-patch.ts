/** JSON patch (RFC 6902) with the leniencies and messages of the library that the Kubernetes API server uses (evanphx/json-patch v4). */
import { clone, has, isEqual, isObject, type JsonObject, own, put } from './json-value.ts'
import { PatchFailure } from './patch-failure.ts'

/** So that one request cannot occupy the server: upstream's maxJSONPatchOperations. */
export const OPERATIONS_MAX = 10_000
/** So that copies of copies cannot exhaust memory: upstream's JSONPatchMaxCopyBytes. Counted in characters of JSON. */
export const COPIED_MAX = 3 * 1024 * 1024

interface Operation {
  readonly op?: unknown
  readonly path?: unknown
  readonly from?: unknown
  readonly value?: unknown
}
type Container = JsonObject | unknown[]

/**
 * The object after all operations of the patch; `current` is left as it is.
 * Throws PatchFailure: 400 when the patch is not a list of operations, 413 beyond OPERATIONS_MAX, 422 when an operation does not apply.
 * As upstream, and beyond the RFC: `replace` creates a missing member, negative indices count from the end, a missing `value` is null.
 */
export function jsonPatch<T>(current: T, patch: unknown): T {
  const operations = accepted(patch)
  const state: State = { root: clone(current), copied: 0 }
  for (const operation of operations) apply(state, operation)
  return state.root as T
}

/** The whole document under change. */
interface State {
  root: unknown
  copied: number
}

function accepted(patch: unknown): readonly Operation[] {
  if (!Array.isArray(patch)) throw new PatchFailure(400, `json: cannot unmarshal ${goKind(patch)} into Go value of type jsonpatch.Patch`)
  for (const operation of patch) {
    if (operation !== null && !isObject(operation)) {
      throw new PatchFailure(400, `json: cannot unmarshal ${goKind(operation)} into Go value of type jsonpatch.Operation`)
    }
  }
  if (patch.length > OPERATIONS_MAX) {
    throw new PatchFailure(413, `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${patch.length}`)
  }
  return patch.map(operation => operation ?? {})
}
const goKind = (value: unknown) =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value

function apply(state: State, operation: Operation): void {
  switch (operation.op) {
    case 'add':
      return add(state, pathOf(operation, 'add'), operation.value ?? null)
    case 'remove':
      return remove(state, pathOf(operation, 'remove'))
    case 'replace':
      return replace(state, pathOf(operation, 'replace'), operation.value ?? null)
    case 'move':
      return move(state, operation)
    case 'copy':
      return copy(state, operation)
    case 'test':
      return test(state, pathOf(operation, 'test'), operation.value)
    default:
      throw inapplicable(`Unexpected kind: ${typeof operation.op === 'string' ? operation.op : 'unknown'}`)
  }
}
const inapplicable = (message: string) => new PatchFailure(422, message)

function pathOf(operation: Operation, name: string): string {
  if (typeof operation.path === 'string') return operation.path
  const detail =
    name === 'add' || name === 'remove' || name === 'copy' ? 'missing value' : unreadable(operation.path, 'operation missing path field')
  throw inapplicable(`${name} operation failed to decode path: ${detail}`)
}
function fromOf(operation: Operation, name: string): string {
  if (typeof operation.from === 'string') return operation.from
  throw inapplicable(`${name} operation failed to decode from: ${unreadable(operation.from, 'operation, missing from field')}`)
}
const unreadable = (value: unknown, missing: string) =>
  value === undefined || value === null
    ? `${missing}: missing value`
    : `json: cannot unmarshal ${goKind(value)} into Go value of type string`

function add(state: State, path: string, value: unknown): void {
  const { container, key } = find(state, path) ?? fail(`add operation does not apply: doc is missing path: "${path}": missing value`)
  attempt(() => insert(container, key, clone(value)), `error in add for path: '${path}'`)
}

function remove(state: State, path: string): void {
  const { container, key } = find(state, path) ?? fail(`remove operation does not apply: doc is missing path: "${path}": missing value`)
  attempt(() => drop(container, key), `error in remove for path: '${path}'`)
}

function replace(state: State, path: string, value: unknown): void {
  if (path === '') {
    if (value === null || typeof value !== 'object') fail('replace operation value must be object or array: %!w(<nil>)')
    state.root = clone(value)
    return
  }
  const { container, key } = find(state, path) ?? fail(`replace operation does not apply: doc is missing path: ${path}: missing value`)
  if (!Array.isArray(container)) return put(container, key, clone(value))
  const index = position(key, container.length)
  if (typeof index === 'string') fail(`replace operation does not apply: doc is missing key: ${path}: missing value`)
  else container[index] = clone(value)
}

function move(state: State, operation: Operation): void {
  const from = fromOf(operation, 'move')
  const source = find(state, from) ?? fail(`move operation does not apply: doc is missing from path: ${from}: missing value`)
  const value = attempt(() => {
    const moved = read(source.container, source.key)
    drop(source.container, source.key)
    return moved
  }, `error in move for path: '${source.key}'`)
  const path = pathOf(operation, 'move')
  const target = find(state, path) ?? fail(`move operation does not apply: doc is missing destination path: ${path}: missing value`)
  attempt(() => insert(target.container, target.key, value), `error in move for path: '${path}'`)
}

function copy(state: State, operation: Operation): void {
  const from = fromOf(operation, 'copy')
  const source = find(state, from) ?? fail(`copy operation does not apply: doc is missing from path: ${from}: missing value`)
  const value = attempt(() => read(source.container, source.key), `error in copy for from: '${from}'`)
  const path = pathOf(operation, 'copy')
  const target = find(state, path) ?? fail(`copy operation does not apply: doc is missing destination path: ${path}: missing value`)
  state.copied += JSON.stringify(value)?.length ?? 0
  if (state.copied > COPIED_MAX) {
    fail(`Unable to complete the copy, the accumulated size increase of copy is ${state.copied}, exceeding the limit ${COPIED_MAX}`)
  }
  attempt(() => insert(target.container, target.key, clone(value) ?? null), 'error while adding value during copy')
}

function test(state: State, path: string, value: unknown): void {
  const failed = `testing value ${path} failed: test failed`
  if (path === '') {
    if (!isEqual(state.root, value)) fail(failed)
    return
  }
  const { container, key } = find(state, path) ?? fail(`test operation does not apply: is missing path: ${path}: missing value`)
  const actual = attempt(() => read(container, key), `error in test for path: '${path}'`)
  if (!isEqual(actual ?? null, value ?? null)) fail(failed)
}

/** The container of the last reference token (RFC 6901), and that token; undefined when the way there does not exist. */
function find(state: State, path: string): { readonly container: Container; readonly key: string } | undefined {
  const [first, ...tokens] = path.split('/').map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const key = tokens.pop()
  if (first === undefined || key === undefined) return undefined
  let container = state.root
  for (const token of tokens) {
    if (Array.isArray(container)) {
      const index = position(token, container.length)
      container = typeof index === 'string' ? undefined : container[index]
    } else container = isObject(container) ? own(container, token) : undefined
  }
  return Array.isArray(container) || isObject(container) ? { container, key } : undefined
}

/** The index that a token names in a list of this length, or what is wrong with it. */
function position(token: string, length: number): number | string {
  if (!/^[+-]?\d+$/.test(token)) return `strconv.Atoi: parsing ${JSON.stringify(token)}: invalid syntax`
  const index = Number(token)
  if (index >= length || index < -length) return `Unable to access invalid index: ${index}: invalid index referenced`
  return index < 0 ? index + length : index
}

/** A missing member reads as undefined; a missing index fails. */
function read(container: Container, key: string): unknown {
  return Array.isArray(container) ? container[checked(position(key, container.length))] : own(container, key)
}
function insert(container: Container, key: string, value: unknown): void {
  if (!Array.isArray(container)) return put(container, key, value)
  if (key === '-') return void container.push(value)
  const index = position(key, container.length + 1)
  if (typeof index === 'string' && index.startsWith('strconv')) fail(`value was not a proper array index: '${key}': ${index}`)
  container.splice(checked(index), 0, value)
}
function drop(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(checked(position(key, container.length)), 1)
  else if (has(container, key)) delete container[key]
  else fail(`Unable to remove nonexistent key: ${key}: missing value`)
}
const checked = (index: number | string): number => (typeof index === 'string' ? fail(index) : index)

function fail(message: string): never {
  throw inapplicable(message)
}
/** What `step` gives; its failure is told with the operation in front. */
function attempt<T>(step: () => T, context: string): T {
  try {
    return step()
  } catch (error) {
    if (error instanceof PatchFailure) throw inapplicable(`${context}: ${error.message}`)
    throw error
  }
}

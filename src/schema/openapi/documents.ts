/** OpenAPI documents: v3 of one group version, v2 of all of them. To be built once per change; the caller keeps the bytes. */
import type { JsonObject } from '../json-value.ts'
import { addResources, GVK } from './definitions.ts'
import { type Operation, type PathItem, pathsOf, tagOf } from './operations.ts'
import type { Parameter } from './parameters.ts'
import { Definitions, refTo } from './schema.ts'
import { type DescribedGroupVersion, type DocumentContext, META_PACKAGE } from './source.ts'

const BEARER = { type: 'apiKey', name: 'authorization', in: 'header', description: 'A bearer token.' } as const
const SECURITY = [{ BearerToken: [] }] as const
const REASONS: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 401: 'Unauthorized' }

/** The document at /openapi/v3/apis/<group>/<version> (or /openapi/v3/api/v1). */
export function openapiV3(groupVersion: DescribedGroupVersion, context: DocumentContext): JsonObject {
  const definitions = new Definitions('v3')
  addResources(definitions, groupVersion.resources, context)
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: context.version },
    paths: paths(pathsOf(groupVersion), operationV3, parameterV3),
    components: { schemas: definitions.sorted(), securitySchemes: { BearerToken: BEARER } },
  }
}

/** The document at /openapi/v2. */
export function openapiV2(groupVersions: readonly DescribedGroupVersion[], context: DocumentContext): JsonObject {
  const definitions = new Definitions('v2')
  for (const { resources } of groupVersions) addResources(definitions, resources, context)
  const items = [...entrances(groupVersions), ...groupVersions.flatMap(pathsOf)]
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: context.version },
    paths: paths(items, operationV2, parameterV2),
    definitions: definitions.sorted(),
    securityDefinitions: { BearerToken: BEARER },
    security: SECURITY,
  }
}

/** What stands before all group versions: discovery. */
function entrances(groupVersions: readonly DescribedGroupVersion[]): PathItem[] {
  const types = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
  const item = (path: string, answer: string, { id, tag }: { id: string; tag: string }): PathItem => {
    const description = 'Tells what is served here.'
    const answers = { 200: `${META_PACKAGE}.${answer}` }
    return {
      path,
      parameters: [],
      operations: [{ method: 'get', id, tag, description, parameters: [], answers, consumes: types, produces: types }],
    }
  }
  const groups = [...new Set(groupVersions.map(({ group }) => group))].filter(Boolean).map(group => {
    const word = tagOf(group, '').slice(0, -1)
    return item(`/apis/${group}/`, 'APIGroup', { id: `get${word.charAt(0).toUpperCase()}${word.slice(1)}APIGroup`, tag: word })
  })
  return [
    item('/api/', 'APIVersions', { id: 'getCoreAPIVersions', tag: 'core' }),
    item('/apis/', 'APIGroupList', { id: 'getAPIVersions', tag: 'apis' }),
    ...groups,
  ]
}

function paths(
  items: readonly PathItem[],
  operation: (one: Operation) => JsonObject,
  parameter: (one: Parameter) => JsonObject,
): JsonObject {
  const found = items.map(item => {
    const operations = item.operations.map(one => [one.method, operation(one)])
    const parameters = item.parameters.map(parameter)
    return [item.path, { ...Object.fromEntries(operations), ...(parameters.length > 0 && { parameters }) }] as const
  })
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const described = ({ description, tag, id }: Operation): JsonObject => ({ description, operationId: id, tags: [tag] })
const extensions = ({ action, gvk }: Operation): JsonObject => ({
  ...(action && { 'x-kubernetes-action': action }),
  ...(gvk && { [GVK]: gvk }),
})
const responses = ({ answers }: Operation, answer: (definition: string) => JsonObject): JsonObject =>
  Object.fromEntries(
    [...Object.entries(answers), ['401', undefined] as const].map(([status, definition]) => [
      status,
      { description: REASONS[status] ?? status, ...(definition !== undefined && answer(definition)) },
    ]),
  )

function operationV2(operation: Operation): JsonObject {
  const { body, consumes, produces, parameters } = operation
  const all = [
    ...(body ? [{ name: 'body', in: 'body', ...(body.isRequired && { required: true }), schema: refTo('v2', body.definition) }] : []),
    ...parameters.map(parameterV2),
  ]
  return {
    ...described(operation),
    consumes,
    produces,
    schemes: ['https'],
    ...(all.length > 0 && { parameters: all }),
    responses: responses(operation, definition => ({ schema: definition ? refTo('v2', definition) : { type: 'string' } })),
    ...extensions(operation),
  }
}
const parameterV2 = ({ name, in: place, type, description }: Parameter): JsonObject => ({
  uniqueItems: true,
  type,
  description,
  name,
  in: place,
  ...(place === 'path' && { required: true }),
})

function operationV3(operation: Operation): JsonObject {
  const { body, consumes, produces, parameters } = operation
  const content = (types: readonly string[], schema: JsonObject) => ({ content: Object.fromEntries(types.map(type => [type, { schema }])) })
  return {
    ...described(operation),
    ...(parameters.length > 0 && { parameters: parameters.map(parameterV3) }),
    ...(body && { requestBody: { ...content(consumes, refTo('v3', body.definition)), ...(body.isRequired && { required: true }) } }),
    responses: responses(operation, definition => content(produces, definition ? refTo('v3', definition) : { type: 'string' })),
    ...extensions(operation),
  }
}
const parameterV3 = ({ name, in: place, type, description }: Parameter): JsonObject => ({
  name,
  in: place,
  description,
  ...(place === 'path' && { required: true }),
  schema: { type, uniqueItems: true },
})

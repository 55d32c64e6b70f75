/** What OpenAPI documents are made from: kinds, resources, and the types that all groups share. */
import type { JsonObject } from '../json-value.ts'
import type { StructShape, Type } from '../vocabulary.ts'

/** A class of a kind, or the like made at run time for a custom resource. */
export interface DescribedKind {
  /** `Pod` */
  readonly name: string
  /** `io.k8s.api.core.v1`; for custom resources the reversed group: `com.example.stable.v1`. */
  readonly package: string
  readonly group: string
  readonly version: string
  /** The declaration. A custom resource may give its published schema instead. */
  readonly type?: Type<unknown>
  /** The schema of a custom resource as its definition has it (openAPIV3Schema); undefined when it has none. */
  readonly custom?: { readonly schema: JsonObject | undefined }
  /** Default: the name and `List`. */
  readonly listKind?: string
  /** A sentence for `kubectl explain`. */
  readonly doc?: string
}

/** The description of a declared kind. */
export const describedKind = (kind: StructShape & Pick<DescribedKind, 'group' | 'version'>): DescribedKind => ({
  name: kind.name,
  package: kind.package,
  group: kind.group,
  version: kind.version,
  type: kind as unknown as Type<unknown>,
})

export type DescribedVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

export interface DescribedResource {
  readonly kind: DescribedKind
  readonly plural: string
  readonly namespaced: boolean
  readonly verbs: readonly DescribedVerb[]
  readonly subresources: readonly DescribedSubresource[]
  /** Only `watch` and JSON merges work on custom resources. */
  readonly isCustom?: boolean
}
export interface DescribedSubresource {
  /** `status`, `scale`, `log`, … */
  readonly name: string
  /** Of the request's and answer's objects, and of the options where it connects. */
  readonly kind: DescribedKind
  readonly verbs: readonly DescribedVerb[]
  /** text: a log. connection: exec, attach, port-forward and proxies; every verb is then a way to connect. */
  readonly answers?: 'text' | 'connection'
  /** A type whose fields are query parameters: PodLogOptions, PodExecOptions. */
  readonly options?: Type<unknown>
  /** Whether a path may follow, as with proxies. */
  readonly hasPath?: boolean
}

export interface DescribedGroupVersion {
  /** '' for core. */
  readonly group: string
  readonly version: string
  readonly resources: readonly DescribedResource[]
}

/** The types of meta/v1 that documents name. */
export interface MetaTypes {
  readonly objectMeta: Type<unknown>
  readonly listMeta: Type<unknown>
  readonly status: Type<unknown>
  readonly deleteOptions: Type<unknown>
  readonly watchEvent: Type<unknown>
  readonly apiResourceList: Type<unknown>
  readonly apiGroup: Type<unknown>
  readonly apiGroupList: Type<unknown>
  readonly apiVersions: Type<unknown>
}

export interface DocumentContext {
  readonly meta: MetaTypes
  /** Of the server: `v1.36.0`. */
  readonly version: string
  /** All that are served: DeleteOptions and WatchEvent belong to each of them. */
  readonly groupVersions: readonly { readonly group: string; readonly version: string }[]
}

export const META_PACKAGE = 'io.k8s.apimachinery.pkg.apis.meta.v1'
/** The body of a patch is an object, whatever it patches. */
export const PATCH = `${META_PACKAGE}.Patch`

/** The paths of OpenAPI: /openapi/v2 as a whole, /openapi/v3 by group version, each told by its hash. */
import { openapiV2, openapiV3 } from '#schema/openapi/documents.ts'
import { encodeGnostic, GNOSTIC_ACCEPTED, GNOSTIC_TYPE } from '#schema/openapi/gnostic.ts'
import type { DescribedGroupVersion, DocumentContext } from '#schema/openapi/source.ts'
import type { BytesResult, Result } from '../result.ts'
import type { Request, Route } from '../route.ts'
import { accepted } from './accept.ts'
import type { Groups } from './discovery-route.ts'
import { answer, type Document, hashOf, jsonDocument, Kept } from './document.ts'
import { describedVersion, metaTypes } from './openapi-source.ts'

const ROOT_V3 = '/openapi/v3'
/** A document under its hash never changes. */
const FOREVER_SECONDS = 365 * 24 * 3600

/** `version`: of the server, as documents tell it. */
export function openapiRoute(registry: Groups, version: string): Route {
  const documents = new Kept<Document>()
  const parts = new Kept<{ readonly versions: readonly DescribedGroupVersion[]; readonly context: DocumentContext }>()
  registry.onChange(() => {
    documents.clear()
    parts.clear()
  })
  const source = () =>
    parts.get('all', async () => {
      const groups = await registry.groups()
      const versions = await Promise.all(groups.flatMap(({ group, versions: all }) => all.map(one => describedVersion(group, one))))
      // Types that belong to every group version are told of the declared ones, so that a custom resource changes no other document.
      const groupVersions = versions.filter(({ resources }) => resources.some(({ isCustom }) => !isCustom))
      return { versions, context: { meta: await metaTypes(), version, groupVersions } }
    })
  /** Documents of declared kinds stay as they are when custom resources come and go. */
  const lasting = new Kept<Document>()
  const v3 = async (path: string): Promise<Document | undefined> => {
    const { versions, context } = await source()
    const found = versions.find(one => pathOf(one) === path)
    if (!found) return undefined
    const isLasting = found.resources.every(({ isCustom }) => !isCustom)
    return (isLasting ? lasting : documents).get(path, async () => jsonDocument(openapiV3(found, context)))
  }
  const index = () =>
    documents.get(ROOT_V3, async () => {
      const { versions } = await source()
      const entries: [string, object][] = []
      for (const path of versions.map(pathOf).sort())
        entries.push([path, { serverRelativeURL: `${ROOT_V3}/${path}?hash=${(await v3(path))?.hash}` }])
      return jsonDocument({ paths: Object.fromEntries(entries) })
    })
  const v2 = () => documents.get('/openapi/v2', async () => jsonDocument(await wholeV2(source)))
  const v2Protobuf = () =>
    documents.get('/openapi/v2 protobuf', async () => {
      const body = encodeGnostic(await wholeV2(source))
      return { body, contentType: GNOSTIC_TYPE, hash: hashOf(body) }
    })

  return async ({ target, incoming }: Request): Promise<Result | undefined> => {
    const path = target.path.replace(/\/$/, '')
    if (path === '/openapi/v2') return answer(await (wantsProtobuf(incoming) ? v2Protobuf() : v2()), incoming)
    if (path === ROOT_V3) return answer(await index(), incoming)
    if (!path.startsWith(`${ROOT_V3}/`)) return undefined
    const document = await v3(path.slice(ROOT_V3.length + 1))
    return document && versioned(document, path, incoming)
  }
}
type Source = () => Promise<{ readonly versions: readonly DescribedGroupVersion[]; readonly context: DocumentContext }>
async function wholeV2(source: Source) {
  const { versions, context } = await source()
  return openapiV2(versions, context)
}
const pathOf = ({ group, version }: DescribedGroupVersion) => (group ? `apis/${group}/${version}` : `api/${version}`)

/** Clients ask under the hash that the index told; another hash leads them to the document as it is now. */
function versioned(document: Document, path: string, incoming: Request['incoming']): BytesResult {
  const asked = incoming.query.get('hash')
  if (!asked) return answer(document, incoming)
  if (asked !== document.hash) return { form: 'bytes', code: 301, headers: { location: `${path}?hash=${document.hash}` }, body: '' }
  return answer(document, incoming, { 'cache-control': `public, immutable, max-age=${FOREVER_SECONDS}` })
}
function wantsProtobuf(incoming: Request['incoming']): boolean {
  for (const { media } of accepted(incoming)) {
    if (GNOSTIC_ACCEPTED.includes(media)) return true
    if (['application/json', 'application/*', '*/*'].includes(media)) return false
  }
  return false
}

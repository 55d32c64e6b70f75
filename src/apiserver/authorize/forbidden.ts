/** The words with which a request is refused that nobody allowed. */
import { Refusal } from '#kinds/meta/refusal.ts'
import type { Attributes } from './authorizer.ts'

/** `User "x" cannot list resource "pods" in API group "" in the namespace "default"` */
export function cannot(attributes: Attributes): string {
  const user = `User ${JSON.stringify(attributes.user.name)} cannot ${attributes.verb}`
  if (!attributes.isResource) return `${user} path ${JSON.stringify(attributes.path)}`
  const resource = attributes.subresource ? `${attributes.resource}/${attributes.subresource}` : attributes.resource
  const where = attributes.namespace ? `in the namespace ${JSON.stringify(attributes.namespace)}` : 'at the cluster scope'
  return `${user} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(attributes.group)} ${where}`
}

/** The refusal (403) of a request; `reason` is what the authorizers said. */
export function forbidden(attributes: Attributes, reason: string): Refusal {
  const { group, resource, name } = attributes
  const sentence = [escaped(cannot(attributes)), ...(reason ? [reason] : [])].join(': ')
  const qualified = group && resource ? `${resource}.${group}` : resource
  const about = qualified ? `${qualified}${name ? ` ${JSON.stringify(name)}` : ''} is forbidden` : 'forbidden'
  return new Refusal(403, 'Forbidden', `${about}: ${sentence}`, {
    ...(name && { name }),
    ...(group && { group }),
    ...(resource && { kind: resource }),
  })
}
/** Browsers may show the answer as a page. */
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The refusal of an admission plugin: 403, about the object of the request. */
import { type Refusal, refuse } from '#kinds/meta/refusal.ts'
import type { Admission } from './admission.ts'

/** `pods "web" is forbidden: …`; an object whose name is still to be made is told by the prefix. */
export const denied = (
  admission: Pick<Admission, 'target' | 'draft'>,
  message: string,
  causes?: Parameters<typeof refuse.forbidden>[3],
): Refusal => refuse.forbidden({ group: admission.target.group, resource: admission.target.resource }, nameIn(admission), message, causes)

const nameIn = ({ target, draft }: Pick<Admission, 'target' | 'draft'>): string =>
  target.name || draft?.metadata?.name || draft?.metadata?.generateName || 'Unknown'

/** Whether a request is about objects of a resource: `is(admission, 'pods')`, `is(admission, 'ingresses.networking.k8s.io')`. */
export const is = ({ target }: Pick<Admission, 'target'>, qualified: string, subresource = ''): boolean =>
  target.subresource === subresource &&
  qualified.startsWith(target.resource) &&
  (target.group ? `${target.resource}.${target.group}` : target.resource) === qualified

/** Gives every namespace its `default` service account. */
import { type Controller, watches } from '#client/controller.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'

const NAME = 'default'

export const serviceAccountController: Controller = {
  name: 'serviceaccount-controller',
  reconciles: Namespace,
  watches: [
    watches(ServiceAccount, ({ metadata }) => (metadata.name === NAME && metadata.namespace ? [{ name: metadata.namespace }] : [])),
  ],
  act: async ({ name: namespace }, { client, mirrors }) => {
    const isActive = mirrors.of(Namespace).get({ name: namespace })?.status?.phase === 'Active'
    if (!isActive || mirrors.of(ServiceAccount).get({ namespace, name: NAME })) return undefined
    try {
      mirrors.of(ServiceAccount).learn(await client.create(ServiceAccount, { metadata: { namespace, name: NAME } }))
    } catch (error) {
      // Someone else was quicker, or the namespace has begun to go: both are as wanted.
      if (!isRefusal(error, 'AlreadyExists') && !isRefusal(error, 'Forbidden')) throw error
    }
    return undefined
  },
}

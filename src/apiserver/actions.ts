/** Resources and subresources that have behaviour of their own, beyond storing what is sent. */
import { tokenAction } from './authenticate/token-action.ts'
import type { Tokens } from './authenticate/tokens.ts'
import type { KubeletAccess } from './connect/backend.ts'
import { logAction } from './connect/log.ts'
import { nodeProxy, podProxy, serviceProxy } from './connect/proxy.ts'
import { attachAction, execAction, portForwardAction } from './connect/streams.ts'
import type { Action } from './route.ts'
import { usageActions } from './usage/actions.ts'
import { bind } from './verbs/binding.ts'
import { type Components, componentStatusesAction } from './verbs/component-statuses.ts'
import { evict } from './verbs/eviction.ts'

export interface ActionOptions {
  /** Absent: this server issues no tokens. */
  readonly tokens?: { readonly tokens: Tokens; readonly audiences: readonly string[] }
  /** Absent: this server reaches no kubelets. */
  readonly kubelet?: KubeletAccess
  readonly components?: Components
  /** What else the server is given, by group, plural and subresource. */
  readonly others?: ReadonlyMap<string, Action>
}
/** By group, plural and subresource. */
export function actionsOf({ tokens, kubelet, components, others = new Map() }: ActionOptions): ReadonlyMap<string, Action> {
  return new Map<string, Action>([
    ['/pods/binding', bind],
    ['/bindings', bind],
    ['/pods/eviction', evict],
    ['/pods/proxy', podProxy],
    ['/services/proxy', serviceProxy],
    ['/componentstatuses', componentStatusesAction(components ?? new Map())],
    ...(tokens ? [['/serviceaccounts/token', tokenAction(tokens)] as const] : []),
    ...(kubelet
      ? ([
          ['/pods/log', logAction(kubelet)],
          ['/pods/exec', execAction(kubelet)],
          ['/pods/attach', attachAction(kubelet)],
          ['/pods/portforward', portForwardAction(kubelet)],
          ['/nodes/proxy', nodeProxy(kubelet)],
          ...usageActions(kubelet),
        ] as const)
      : []),
    ...others,
  ])
}

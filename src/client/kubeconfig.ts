/** The part of a kubeconfig that Knarr reads and writes: one cluster, one user, one context of the same name, beside whatever else is there. */

export interface Kubeconfig {
  readonly apiVersion?: string
  readonly kind?: string
  readonly clusters?: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[] | null
  readonly users?: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[] | null
  readonly contexts?: readonly { readonly name: string; readonly context: Readonly<Record<string, unknown>> }[] | null
  readonly 'current-context'?: string
  readonly preferences?: unknown
}
export interface Credentials {
  /** Cluster, user and context get this name. */
  readonly name: string
  /** `https://127.0.0.1:6443` */
  readonly server: string
  /** PEM texts. */
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/** A kubeconfig with nothing but these credentials. */
export const kubeconfigOf = (credentials: Credentials): Kubeconfig => withContext({}, credentials)

/** The kubeconfig with the context added or renewed, and made the current one. Everything else stays as it is. */
export function withContext(config: Kubeconfig, { name, server, authority, certificate, key }: Credentials): Kubeconfig {
  const cluster = { server, 'certificate-authority-data': btoa(authority) }
  const user = { 'client-certificate-data': btoa(certificate), 'client-key-data': btoa(key) }
  const known = config.contexts?.find(context => context.name === name)?.context
  return {
    ...config,
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [...others(config.clusters, name), { name, cluster }],
    users: [...others(config.users, name), { name, user }],
    // A namespace that the user chose for the context survives a restart of the cluster.
    contexts: [...others(config.contexts, name), { name, context: { ...known, cluster: name, user: name } }],
    'current-context': name,
  }
}

/** The kubeconfig without the context; when it was the current one, none is. */
export function withoutContext(config: Kubeconfig, name: string): Kubeconfig {
  return {
    ...config,
    clusters: others(config.clusters, name),
    users: others(config.users, name),
    contexts: others(config.contexts, name),
    'current-context': config['current-context'] === name ? '' : (config['current-context'] ?? ''),
  }
}
const others = <T extends { readonly name: string }>(entries: readonly T[] | null | undefined, name: string) =>
  (entries ?? []).filter(entry => entry.name !== name)

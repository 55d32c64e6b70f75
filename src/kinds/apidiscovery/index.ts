/** The kinds of apidiscovery.k8s.io/v2. */

export const kinds = [] as const

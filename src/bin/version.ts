/** Which Knarr this is, and which Kubernetes it speaks. */
import manifest from '../../package.json' with { type: 'json' }

export const version: string = manifest.version
/** The API version; clients warn when they are more than one minor version away. */
export const kubernetesVersion = { major: '1', minor: '36', gitVersion: `v1.36.0+knarr${manifest.version}` } as const

/** A command as the user would type it for a certain cluster: every cure that is printed can be copied. */
import { type ClusterFolder, DEFAULT_NAME } from './cluster.ts'

/** `./knarr down --name dev`: what the defaults say anyway is left out. */
export const typed = (
  command: string,
  { name, base }: Pick<ClusterFolder, 'name' | 'base'>,
  defaults: { readonly baseFolder: string },
): string =>
  [`./knarr ${command}`, name === DEFAULT_NAME ? '' : `--name ${name}`, base === defaults.baseFolder ? '' : `--data-dir ${base}`]
    .filter(Boolean)
    .join(' ')

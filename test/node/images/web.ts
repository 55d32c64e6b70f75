/** Small web servers under the names that manifests use, each answering on its own port. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { busybox, PATH, type Recipe } from './debian.ts'

interface Site {
  readonly reference: string
  readonly port: number
  /** What is served: path → text. */
  readonly pages: Readonly<Record<string, string>>
}
const site = ({ reference, port, pages }: Site): Recipe => ({
  references: [reference],
  build: async root => {
    await busybox(root)
    for (const [path, text] of Object.entries(pages)) {
      mkdirSync(dirname(join(root, 'www', path)), { recursive: true })
      writeFileSync(join(root, 'www', path), text)
    }
    // The first process of a container is deaf to TERM unless it listens for it.
    const serve = `trap 'exit 0' TERM INT; httpd -f -v -p ${port} -h /www & wait`
    return { Entrypoint: ['/bin/sh', '-c', serve], Env: [PATH], ExposedPorts: { [`${port}/tcp`]: {} } }
  },
})

const page = (title: string) => `<!doctype html><title>${title}</title><h1>${title}</h1>\n`
const REGISTRY = '810454728139.dkr.ecr.eu-west-3.amazonaws.com'

export const goproxy = site({ reference: 'k8s.gcr.io/goproxy:0.1', port: 8080, pages: { 'index.html': page('goproxy') } })
export const backend = site({
  reference: `${REGISTRY}/k8-chatroulette-back:latest`,
  port: 3000,
  pages: { version: '{"version":"1.0.0"}\n' },
})
export const frontend = site({
  reference: `${REGISTRY}/k8-chatroulette-front:latest`,
  port: 8080,
  pages: { 'index.html': page('chatroulette') },
})

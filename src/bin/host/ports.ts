/** Whether a port of this machine can be listened on. */
import { createServer } from 'node:net'

/** On all addresses that the machine has, of both families. Somebody else may still take it a moment later. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

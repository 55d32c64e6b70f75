/** A port for a server that ends and comes back. */
import { isPortFree } from '#bin/host/ports.ts'

/** Below the range from which the kernel takes ports of outgoing connections (ip(7)), one of which might have it meanwhile. */
const [FIRST, COUNT] = [20_000, 12_000]

export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT)
    if (await isPortFree(port)) return port
  }
}

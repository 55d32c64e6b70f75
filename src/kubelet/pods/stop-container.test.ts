/** How the waiting for a container that does not end is itself ended. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { CallOptions } from '#base/grpc/client.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import { killContainer } from './stop-container.ts'

test('whoever leaves, or gives less grace, does not wait for a container that is deaf to its signal', async () => {
  const asked: unknown[] = []
  const runtime = {
    stopContainer: async (request: object, { signal }: CallOptions = {}) => {
      asked.push(request)
      if (!signal) return assert.fail('nothing would end the waiting')
      await once(signal, 'abort')
      throw signal.reason
    },
  } as unknown as Runtime
  const leaving = new AbortController()
  const killed = killContainer({ runtime }, { id: 'deaf', graceSeconds: 30, signal: leaving.signal })
  leaving.abort()
  await assert.rejects(killed, { name: 'AbortError' })
  assert.deepEqual(asked, [{ containerId: 'deaf', timeout: 30 }])
})

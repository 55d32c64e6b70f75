/** Calls about what may be gone meanwhile: the runtime goes on with what it was told, also by a process that has ended since. */
import { isGrpcError } from '#base/grpc/client.ts'

/** The answer; undefined when the runtime does not know any more what it was asked about. */
export const orGone = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (isGrpcError(error, 'NOT_FOUND')) return undefined
    throw error
  })

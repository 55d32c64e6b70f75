/** The way in which a patch says no: a malformed patch, one that does not fit the object, or one beyond a limit. */

/**
 * 400: the patch cannot be read. 413: it has too many operations. 422: it does not apply to this object. 500: upstream reports it as an
 * internal error. Upstream shows the message of a 422 to nobody; whoever answers the request decides.
 */
export class PatchFailure extends Error {
  override readonly name = 'PatchFailure'
  readonly status: 400 | 413 | 422 | 500
  constructor(status: PatchFailure['status'], message: string) {
    super(message)
    this.status = status
  }
}

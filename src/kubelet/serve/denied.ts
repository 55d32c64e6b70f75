/** A request that the kubelet does not serve, and the HTTP code that says so. */
export class Denied extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

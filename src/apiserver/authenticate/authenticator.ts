/** What an authentication method is. Methods are asked in order; the first that knows the user decides. */
import type { Incoming, User } from '../request.ts'

/** Resolves with the user, or undefined when the request carries none of this method's credentials. Throws Refusal (401) on bad ones. */
export type Authenticator = (incoming: Incoming) => Promise<User | undefined>

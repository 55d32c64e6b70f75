/** The token subresource of service accounts. */
import { TokenRequest } from '#kinds/authentication/token-request.ts'
import { answerTokenRequest } from '../authenticate/token-request.ts'
import type { Tokens } from '../authenticate/tokens.ts'
import { frozen } from '../resources/item.ts'
import { valueResult } from '../result.ts'
import type { Action } from '../route.ts'
import { validate } from './admit.ts'
import { draftFrom } from './body.ts'
import { writeOptions } from './options.ts'

/** `audiences`: for whom a token is meant when the request does not say. */
export const tokenAction =
  (tokens: Tokens, audiences: readonly string[]): Action =>
  async call => {
    const { serving, target } = call
    const options = writeOptions(call, 'CreateOptions')
    const draft = await draftFrom(call, TokenRequest, options)
    await validate(call, { operation: 'CREATE', draft, dryRun: options.dryRun })
    const value = await answerTokenRequest({
      tokens,
      objects: serving.objects,
      audiences,
      namespace: target.namespace,
      name: target.name,
      request: frozen(draft) as unknown as TokenRequest,
      id: serving.random.uuid(),
      now: serving.clock.now(),
    })
    return { ...valueResult(value, 201), kind: TokenRequest }
  }

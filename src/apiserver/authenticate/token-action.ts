/** POST …/serviceaccounts/<name>/token: the request is decoded, admitted and answered with a token. */
import { TokenRequest } from '#kinds/authentication/token-request.ts'
import { valueResult } from '../result.ts'
import type { Action } from '../route.ts'
import { mutate, validate } from '../verbs/admit.ts'
import { draftFrom } from '../verbs/body.ts'
import { writeOptions } from '../verbs/options.ts'
import type { Authentication } from './index.ts'
import { answerTokenRequest } from './token-request.ts'

export const tokenAction =
  ({ tokens, audiences }: Pick<Authentication, 'tokens' | 'audiences'>): Action =>
  async call => {
    const { serving, target } = call
    const options = writeOptions(call, 'CreateOptions')
    const draft = await draftFrom(call, TokenRequest, options)
    const occurrence = { operation: 'CREATE', draft, dryRun: options.dryRun } as const
    await mutate(call, occurrence)
    await validate(call, occurrence)
    const value = await answerTokenRequest({
      tokens,
      objects: serving.objects,
      audiences,
      namespace: target.namespace,
      name: target.name,
      request: draft as unknown as TokenRequest,
      id: serving.random.uuid(),
      now: serving.clock.now(),
    })
    return { ...valueResult(value, 201), kind: TokenRequest }
  }

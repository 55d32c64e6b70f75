/** The kinds of authentication.k8s.io/v1. */
import { SelfSubjectReview } from './self-subject-review.ts'
import { TokenReview } from './token-review.ts'

export const kinds = [SelfSubjectReview, TokenReview] as const

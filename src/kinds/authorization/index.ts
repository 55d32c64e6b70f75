/** The kinds of authorization.k8s.io/v1. */
import { LocalSubjectAccessReview } from './local-subject-access-review.ts'
import { SelfSubjectAccessReview } from './self-subject-access-review.ts'
import { SelfSubjectRulesReview } from './self-subject-rules-review.ts'
import { SubjectAccessReview } from './subject-access-review.ts'

export const kinds = [LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview] as const

/** TokenRequest: a token for a service account. */
import { int64, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class BoundObjectReference extends struct({
  kind: field(1, string, 'Pod, Secret or Node.'),
  apiVersion: field(2, string, 'API version of the object.'),
  name: field(3, string, 'Name of the object.'),
  uid: field(4, string, 'UID of the object.'),
}) {}

export class TokenRequestSpec extends struct(
  {
    audiences: field(1, list(string, { listType: 'atomic' }), 'For whom the token is meant; none means the API server.', { written: true }),
    expirationSeconds: field(4, int64, 'How long the token should be valid, in seconds.', { explicit: true, default: 3600 }),
    boundObjectRef: field(3, BoundObjectReference, 'The token dies with this object.'),
  },
  {
    validate: ({ expirationSeconds }, at) => {
      const here = at.key('expirationSeconds')
      if (expirationSeconds < EXPIRATION_MIN_SECONDS) here.invalid(expirationSeconds, 'may not specify a duration less than 10 minutes')
      if (expirationSeconds > EXPIRATION_MAX_SECONDS) here.invalid(expirationSeconds, 'may not specify a duration larger than 2^32 seconds')
    },
  },
) {}

export class TokenRequestStatus extends struct({
  token: field(1, string, 'The token.', { written: true }),
  expirationTimestamp: field(2, time, 'When the token ends to be valid.', { written: true }),
}) {}

export class TokenRequest extends kind({
  plural: 'tokenrequests',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, TokenRequestSpec, 'What is wanted.', { written: true }),
    status: field(3, TokenRequestStatus, 'What was last observed.', { written: true }),
  },
}) {}

/** Shorter ones would be renewed all the time. */
const EXPIRATION_MIN_SECONDS = 600
const EXPIRATION_MAX_SECONDS = 2 ** 32

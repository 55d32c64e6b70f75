/** TokenRequest: ?file authentication/token-request. */
import { int64, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class BoundObjectReference extends struct({
  kind: field(1, string, '?BoundObjectReference.kind'),
  apiVersion: field(2, string, '?BoundObjectReference.apiVersion'),
  name: field(3, string, '?BoundObjectReference.name'),
  uid: field(4, string, '?BoundObjectReference.uid'),
}) {}

export class TokenRequestSpec extends struct({
  audiences: field(1, list(string, { listType: 'atomic' }), '?TokenRequestSpec.audiences', { written: true }),
  expirationSeconds: field(4, int64, '?TokenRequestSpec.expirationSeconds'),
  boundObjectRef: field(3, BoundObjectReference, '?TokenRequestSpec.boundObjectRef'),
}) {}

export class TokenRequestStatus extends struct({
  token: field(1, string, '?TokenRequestStatus.token', { written: true }),
  expirationTimestamp: field(2, time, '?TokenRequestStatus.expirationTimestamp', { written: true }),
}) {}

export class TokenRequest extends kind({
  plural: 'tokenrequests',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, TokenRequestSpec, '?TokenRequest.spec', { written: true }),
    status: field(3, TokenRequestStatus, '?TokenRequest.status', { written: true }),
  },
}) {}

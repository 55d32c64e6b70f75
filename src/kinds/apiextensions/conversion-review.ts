/** ConversionReview: how webhooks are asked to convert custom resources. */
import { Status } from '#kinds/meta/status.ts'
import { rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ConversionRequest extends struct({
  uid: field(1, string, 'Identifies the request; the answer repeats it.', { written: true }),
  desiredAPIVersion: field(2, string, 'The version that is asked for.', { written: true }),
  objects: field(3, list(rawExtension, { listType: 'atomic' }), 'The objects to convert.', { written: true }),
}) {}

export class ConversionResponse extends struct({
  uid: field(1, string, 'The uid of the request.', { written: true }),
  convertedObjects: field(
    2,
    list(rawExtension, { listType: 'atomic' }),
    'The objects in the version that was asked for, in the same order.',
    { written: true },
  ),
  result: field(3, Status, 'Success, or why the conversion failed.', { written: true }),
}) {}

export class ConversionReview extends kind({
  plural: 'conversionreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    request: field(1, ConversionRequest, 'What is asked of the webhook.'),
    response: field(2, ConversionResponse, 'What the webhook answers.'),
  },
}) {}

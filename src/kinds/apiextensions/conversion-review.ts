/** ConversionReview: ?file apiextensions/conversion-review. */
import { Status } from '#kinds/meta/status.ts'
import { rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ConversionRequest extends struct({
  uid: field(1, string, '?ConversionRequest.uid', { written: true }),
  desiredAPIVersion: field(2, string, '?ConversionRequest.desiredAPIVersion', { written: true }),
  objects: field(3, list(rawExtension, { listType: 'atomic' }), '?ConversionRequest.objects', { written: true }),
}) {}

export class ConversionResponse extends struct({
  uid: field(1, string, '?ConversionResponse.uid', { written: true }),
  convertedObjects: field(2, list(rawExtension, { listType: 'atomic' }), '?ConversionResponse.convertedObjects', { written: true }),
  result: field(3, Status, '?ConversionResponse.result', { written: true }),
}) {}

export class ConversionReview extends kind({
  plural: 'conversionreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    request: field(1, ConversionRequest, '?ConversionReview.request'),
    response: field(2, ConversionResponse, '?ConversionReview.response'),
  },
}) {}

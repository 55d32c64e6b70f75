/** MetricStatus: what was measured. */
import { int32, oneOf, quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { CrossVersionObjectReference, MetricIdentifier } from './metrics.ts'

export class MetricValueStatus extends struct({
  value: field(1, quantity, 'The value.', { explicit: true }),
  averageValue: field(2, quantity, 'The value per pod.', { explicit: true }),
  averageUtilization: field(3, int32, 'Percent of what the pods requested, on average.', { explicit: true }),
}) {}

export class ObjectMetricStatus extends struct({
  metric: field(1, MetricIdentifier, 'The metric.', { always: true }),
  current: field(2, MetricValueStatus, 'What was measured.', { always: true }),
  describedObject: field(3, CrossVersionObjectReference, 'The object that was measured.', { always: true }),
}) {}

export class PodsMetricStatus extends struct({
  metric: field(1, MetricIdentifier, 'The metric.', { always: true }),
  current: field(2, MetricValueStatus, 'What was measured.', { always: true }),
}) {}

export class ResourceMetricStatus extends struct({
  name: field(1, string, 'The resource.', { always: true }),
  current: field(2, MetricValueStatus, 'What was measured.', { always: true }),
}) {}

export class ContainerResourceMetricStatus extends struct({
  name: field(1, string, 'The resource.', { always: true }),
  current: field(2, MetricValueStatus, 'What was measured.', { always: true }),
  container: field(3, string, 'The container.', { always: true }),
}) {}

export class ExternalMetricStatus extends struct({
  metric: field(1, MetricIdentifier, 'The metric.', { always: true }),
  current: field(2, MetricValueStatus, 'What was measured.', { always: true }),
}) {}

export class MetricStatus extends struct({
  type: field(1, oneOf('Object', 'Pods', 'Resource', 'ContainerResource', 'External'), 'Which of the following it is.', { always: true }),
  object: field(2, ObjectMetricStatus, 'A metric of one object.'),
  pods: field(3, PodsMetricStatus, 'A metric of each pod.'),
  resource: field(4, ResourceMetricStatus, 'Use of a resource that the pods request.'),
  containerResource: field(7, ContainerResourceMetricStatus, 'Use of a resource by one container of each pod.'),
  external: field(5, ExternalMetricStatus, 'A metric from outside the cluster.'),
}) {}

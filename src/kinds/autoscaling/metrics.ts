/** MetricSpec: what is measured, and what is aimed at. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, known, oneOf, quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class CrossVersionObjectReference extends struct({
  kind: field(1, string, 'Kind of the object.', { required: true }),
  name: field(2, string, 'Name of the object.', { required: true }),
  apiVersion: field(3, string, 'API version of the object.'),
}) {}

export class MetricTarget extends struct({
  type: field(1, known('Utilization', 'Value', 'AverageValue'), 'Which of the following is given.', { always: true }),
  value: field(2, quantity, 'The value that is aimed at.', { explicit: true }),
  averageValue: field(3, quantity, 'The value per pod that is aimed at.', { explicit: true }),
  averageUtilization: field(4, int32, 'Percent of what the pods requested that is aimed at.', { explicit: true }),
}) {}

export class MetricIdentifier extends struct({
  name: field(1, string, 'Name of the metric.', { always: true }),
  selector: field(2, LabelSelector, 'Labels of the metric.'),
}) {}

export class ObjectMetricSource extends struct({
  describedObject: field(1, CrossVersionObjectReference, 'The object that is measured.', { always: true }),
  target: field(2, MetricTarget, 'What is aimed at.', { always: true }),
  metric: field(3, MetricIdentifier, 'The metric.', { always: true }),
}) {}

export class PodsMetricSource extends struct({
  metric: field(1, MetricIdentifier, 'The metric.', { always: true }),
  target: field(2, MetricTarget, 'What is aimed at.', { always: true }),
}) {}

export class ResourceMetricSource extends struct({
  name: field(1, string, 'The resource.', { required: true }),
  target: field(2, MetricTarget, 'What is aimed at.', { always: true }),
}) {}

export class ContainerResourceMetricSource extends struct({
  name: field(1, string, 'The resource.', { required: true }),
  target: field(2, MetricTarget, 'What is aimed at.', { always: true }),
  container: field(3, string, 'The container.', { always: true }),
}) {}

export class ExternalMetricSource extends struct({
  metric: field(1, MetricIdentifier, 'The metric.', { always: true }),
  target: field(2, MetricTarget, 'What is aimed at.', { always: true }),
}) {}

export class MetricSpec extends struct({
  type: field(1, oneOf('ContainerResource', 'External', 'Object', 'Pods', 'Resource'), 'Which of the following it is.', { required: true }),
  object: field(2, ObjectMetricSource, 'A metric of one object.'),
  pods: field(3, PodsMetricSource, 'A metric of each pod.'),
  resource: field(4, ResourceMetricSource, 'Use of a resource that the pods request.'),
  containerResource: field(7, ContainerResourceMetricSource, 'Use of a resource by one container of each pod.'),
  external: field(5, ExternalMetricSource, 'A metric from outside the cluster.'),
}) {}

/** MetricSpec: ?file autoscaling/metrics. */
import { LabelSelector } from '#kinds/meta/label-selector.ts'
import { int32, oneOf, quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class CrossVersionObjectReference extends struct({
  kind: field(1, string, '?CrossVersionObjectReference.kind', { required: true }),
  name: field(2, string, '?CrossVersionObjectReference.name', { required: true }),
  apiVersion: field(3, string, '?CrossVersionObjectReference.apiVersion'),
}) {}

export class MetricTarget extends struct({
  type: field(1, oneOf('Utilization', 'Value', 'AverageValue'), '?MetricTarget.type', { required: true }),
  value: field(2, quantity, '?MetricTarget.value', { explicit: true }),
  averageValue: field(3, quantity, '?MetricTarget.averageValue', { explicit: true }),
  averageUtilization: field(4, int32, '?MetricTarget.averageUtilization', { explicit: true }),
}) {}

export class MetricIdentifier extends struct({
  name: field(1, string, '?MetricIdentifier.name', { required: true }),
  selector: field(2, LabelSelector, '?MetricIdentifier.selector'),
}) {}

export class ObjectMetricSource extends struct({
  describedObject: field(1, CrossVersionObjectReference, '?ObjectMetricSource.describedObject', { always: true }),
  target: field(2, MetricTarget, '?ObjectMetricSource.target', { always: true }),
  metric: field(3, MetricIdentifier, '?ObjectMetricSource.metric', { always: true }),
}) {}

export class PodsMetricSource extends struct({
  metric: field(1, MetricIdentifier, '?PodsMetricSource.metric', { always: true }),
  target: field(2, MetricTarget, '?PodsMetricSource.target', { always: true }),
}) {}

export class ResourceMetricSource extends struct({
  name: field(1, string, '?ResourceMetricSource.name', { required: true }),
  target: field(2, MetricTarget, '?ResourceMetricSource.target', { always: true }),
}) {}

export class ContainerResourceMetricSource extends struct({
  name: field(1, string, '?ContainerResourceMetricSource.name', { required: true }),
  target: field(2, MetricTarget, '?ContainerResourceMetricSource.target', { always: true }),
  container: field(3, string, '?ContainerResourceMetricSource.container', { required: true }),
}) {}

export class ExternalMetricSource extends struct({
  metric: field(1, MetricIdentifier, '?ExternalMetricSource.metric', { always: true }),
  target: field(2, MetricTarget, '?ExternalMetricSource.target', { always: true }),
}) {}

export class MetricSpec extends struct({
  type: field(1, oneOf('Object', 'Pods', 'Resource', 'ContainerResource', 'External'), '?MetricSpec.type', { required: true }),
  object: field(2, ObjectMetricSource, '?MetricSpec.object'),
  pods: field(3, PodsMetricSource, '?MetricSpec.pods'),
  resource: field(4, ResourceMetricSource, '?MetricSpec.resource'),
  containerResource: field(7, ContainerResourceMetricSource, '?MetricSpec.containerResource'),
  external: field(5, ExternalMetricSource, '?MetricSpec.external'),
}) {}

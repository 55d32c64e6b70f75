/** MetricStatus: ?file autoscaling/metric-status. */
import { int32, oneOf, quantity, string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { CrossVersionObjectReference, MetricIdentifier } from './metrics.ts'

export class MetricValueStatus extends struct({
  value: field(1, quantity, '?MetricValueStatus.value', { explicit: true }),
  averageValue: field(2, quantity, '?MetricValueStatus.averageValue', { explicit: true }),
  averageUtilization: field(3, int32, '?MetricValueStatus.averageUtilization', { explicit: true }),
}) {}

export class ObjectMetricStatus extends struct({
  metric: field(1, MetricIdentifier, '?ObjectMetricStatus.metric', { always: true }),
  current: field(2, MetricValueStatus, '?ObjectMetricStatus.current', { always: true }),
  describedObject: field(3, CrossVersionObjectReference, '?ObjectMetricStatus.describedObject', { always: true }),
}) {}

export class PodsMetricStatus extends struct({
  metric: field(1, MetricIdentifier, '?PodsMetricStatus.metric', { always: true }),
  current: field(2, MetricValueStatus, '?PodsMetricStatus.current', { always: true }),
}) {}

export class ResourceMetricStatus extends struct({
  name: field(1, string, '?ResourceMetricStatus.name', { always: true }),
  current: field(2, MetricValueStatus, '?ResourceMetricStatus.current', { always: true }),
}) {}

export class ContainerResourceMetricStatus extends struct({
  name: field(1, string, '?ContainerResourceMetricStatus.name', { always: true }),
  current: field(2, MetricValueStatus, '?ContainerResourceMetricStatus.current', { always: true }),
  container: field(3, string, '?ContainerResourceMetricStatus.container', { always: true }),
}) {}

export class ExternalMetricStatus extends struct({
  metric: field(1, MetricIdentifier, '?ExternalMetricStatus.metric', { always: true }),
  current: field(2, MetricValueStatus, '?ExternalMetricStatus.current', { always: true }),
}) {}

export class MetricStatus extends struct({
  type: field(1, oneOf('Object', 'Pods', 'Resource', 'ContainerResource', 'External'), '?MetricStatus.type', { always: true }),
  object: field(2, ObjectMetricStatus, '?MetricStatus.object'),
  pods: field(3, PodsMetricStatus, '?MetricStatus.pods'),
  resource: field(4, ResourceMetricStatus, '?MetricStatus.resource'),
  containerResource: field(7, ContainerResourceMetricStatus, '?MetricStatus.containerResource'),
  external: field(5, ExternalMetricStatus, '?MetricStatus.external'),
}) {}

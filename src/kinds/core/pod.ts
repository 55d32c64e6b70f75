/** Pod: containers that run together on one node. */

import { age } from '#kinds/columns.ts'
import { wide } from '#kinds/declare.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkPodAnnotations } from './pod/annotation-rules.ts'
import { appearance, readinessGatesText, readyText, restartsText } from './pod/columns.ts'
import { fillPod } from './pod/defaults.ts'
import { checkPodOnly, checkSpec } from './pod/spec-rules.ts'
import { gracePeriod, onCreate, onUpdate } from './pod/strategy.ts'
import { checkNew, checkUpdate } from './pod/update-rules.ts'
import { nameWarnings, podWarnings } from './pod/warnings.ts'
import { PodSpec } from './pod-spec.ts'
import { PodStatus } from './pod-status.ts'

export class Pod extends kind({
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  fields: {
    spec: field(2, PodSpec, 'What is wanted of the pod.', { written: true }),
    status: field(3, PodStatus, 'What is observed of the pod.', { written: true }),
  },
  columns: {
    Ready: readyText,
    Status: pod => appearance(pod).status,
    Restarts: restartsText,
    Age: age,
    IP: { wide: true, cell: ({ status }) => status.podIPs?.[0]?.ip || status.podIP || '<none>' },
    Node: { wide: true, cell: ({ spec }) => spec.nodeName || '<none>' },
    'Nominated Node': { wide: true, cell: ({ status }) => status.nominatedNodeName || '<none>' },
    'Readiness Gates': wide(readinessGatesText),
  },
  selectable: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy,
    'spec.schedulerName': ({ spec }) => spec.schedulerName,
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIPs?.[0]?.ip ?? status.podIP ?? '',
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },
  fill: fillPod,
  validate: ({ metadata, spec }, at, before) => {
    checkPodAnnotations(metadata.annotations ?? {}, spec, at.key('metadata').key('annotations'))
    checkSpec(spec, at.key('spec'))
    checkPodOnly(spec, at.key('spec'))
    if (!before) checkNew(spec, at.key('spec'))
  },
  validateUpdate: (next, at, { before, occasion }) => checkUpdate(next, at, { before, subresource: occasion.subresource }),
  onCreate,
  onUpdate: (next, before, { subresource }) => onUpdate(next, before, subresource),
  warnings: (next, before) => [...(before ? [] : nameWarnings(next, 'pod')), ...podWarnings(next)],
  gracePeriod,
}) {}

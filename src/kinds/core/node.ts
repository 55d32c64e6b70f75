/** Node: a machine that runs pods. */
import { age } from '#kinds/columns.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { addressText, rolesText, statusText } from './node/columns.ts'
import { checkDeclaredFeatures } from './node/declared-features.ts'
import { checkSpec, checkTaints } from './node/rules.ts'
import { NodeSpec } from './node-spec.ts'
import { NodeStatus } from './node-status.ts'

export class Node extends kind({
  plural: 'nodes',
  shortNames: ['no'],
  scope: 'Cluster',
  subresources: { status: true },
  fields: {
    spec: field(2, NodeSpec, 'What is wanted.', { written: true }),
    status: field(3, NodeStatus, 'What is observed.', { written: true }),
  },
  columns: {
    Status: statusText,
    Roles: ({ metadata }) => rolesText(metadata),
    Age: age,
    Version: ({ status }) => status.nodeInfo.kubeletVersion,
    'Internal-IP': { wide: true, cell: ({ status }) => addressText(status, 'InternalIP') },
    'External-IP': { wide: true, cell: ({ status }) => addressText(status, 'ExternalIP') },
    'OS-Image': { wide: true, cell: ({ status }) => status.nodeInfo.osImage || '<unknown>' },
    'Kernel-Version': { wide: true, cell: ({ status }) => status.nodeInfo.kernelVersion || '<unknown>' },
    'Container-Runtime': { wide: true, cell: ({ status }) => status.nodeInfo.containerRuntimeVersion || '<unknown>' },
  },
  selectable: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
  validate: ({ spec, status }, at, before) => {
    checkTaints(spec.taints ?? [], at.key('metadata').key('taints'))
    checkSpec(spec, at.key('spec'), before?.spec)
    checkDeclaredFeatures(status.declaredFeatures ?? [], at.key('status').key('declaredFeatures'))
  },
}) {}

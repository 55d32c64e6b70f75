/** KubeSchedulerConfiguration: how the scheduler decides, as its file says. Reference: kube-scheduler configuration (v1). */
import { bool, int32, int64, string, untyped } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { Extender } from './extender.ts'
import { API_VERSION, struct } from './group.ts'
import { checkConfiguration, checkPlugins } from './rules.ts'

class Plugin extends struct({
  name: field(1, string, 'Name of the plugin; "*", where plugins are disabled, means all.', { required: true }),
  weight: field(2, int32, 'How much its score counts; 0 stands for 1.', { minimum: 0 }),
}) {}
class PluginSet extends struct({
  enabled: field(1, list(Plugin), 'Plugins that run, beside the default ones.'),
  disabled: field(2, list(Plugin), 'Plugins that do not run.'),
}) {}
class Plugins extends struct(
  {
    preEnqueue: field(1, PluginSet, 'Before a pod is queued.'),
    queueSort: field(2, PluginSet, 'The order of the queue.'),
    preFilter: field(3, PluginSet, 'Before nodes are ruled out.'),
    filter: field(4, PluginSet, 'Ruling nodes out.'),
    postFilter: field(5, PluginSet, 'When no node is left: preemption.'),
    preScore: field(6, PluginSet, 'Before nodes are compared.'),
    score: field(7, PluginSet, 'Comparing nodes.'),
    reserve: field(8, PluginSet, 'When a node is chosen.'),
    permit: field(9, PluginSet, 'Before binding: whether, or when.'),
    preBind: field(10, PluginSet, 'Before binding.'),
    bind: field(11, PluginSet, 'Binding.'),
    postBind: field(12, PluginSet, 'After binding.'),
    multiPoint: field(13, PluginSet, 'Wherever the plugin has something to say.'),
  },
  { validate: checkPlugins },
) {}
class PluginConfig extends struct({
  name: field(1, string, 'Name of the plugin.', { required: true }),
  args: field(2, untyped, 'What it is told.', {}),
}) {}
export class KubeSchedulerProfile extends struct({
  schedulerName: field(1, string, 'Pods ask for it by this name.', { default: 'default-scheduler' }),
  percentageOfNodesToScore: field(2, int32, 'After so many fitting nodes the search ends; instead of the one for all profiles.', {
    minimum: 0,
    maximum: 100,
    explicit: true,
  }),
  plugins: field(3, Plugins, 'Plugins that run, and that do not.'),
  pluginConfig: field(4, list(PluginConfig), 'What plugins are told.'),
}) {}

export class KubeSchedulerConfiguration extends struct(
  {
    apiVersion: field(1, string, `"${API_VERSION}".`, { required: true }),
    kind: field(2, string, '"KubeSchedulerConfiguration".', { required: true }),
    parallelism: field(3, int32, 'Of no meaning here: one decision at a time.', { default: 16, minimum: 1, explicit: true }),
    leaderElection: field(4, untyped, 'Of no meaning on a store of its own.'),
    clientConnection: field(5, untyped, 'Of no meaning here: the scheduler is in the process of the API server.'),
    enableProfiling: field(6, bool, 'Of no meaning here.'),
    enableContentionProfiling: field(7, bool, 'Of no meaning here.'),
    percentageOfNodesToScore: field(8, int32, 'After so many fitting nodes the search ends; 0: as the size of the cluster advises.', {
      minimum: 0,
      maximum: 100,
      explicit: true,
    }),
    podInitialBackoffSeconds: field(9, int64, 'How long a pod waits that found no node for the first time.', {
      default: 1,
      minimum: 1,
      explicit: true,
    }),
    podMaxBackoffSeconds: field(10, int64, 'How long it waits at most.', { default: 10, explicit: true }),
    profiles: field(11, list(KubeSchedulerProfile), 'Schedulers under different names.'),
    extenders: field(12, list(Extender), 'Servers that are asked too.'),
    delayCacheUntilActive: field(13, bool, 'Of no meaning here.'),
  },
  {
    fill: draft => {
      if (!draft.profiles?.length) draft.profiles = [{ schedulerName: 'default-scheduler' }]
    },
    validate: checkConfiguration,
  },
) {}

/** The event stream of containerd itself, which all its versions have (CRI's own is younger). It only says that something happened. */
import { GrpcClient, method } from '#base/grpc/client.ts'
import { message, text, texts } from '#base/grpc/message.ts'
import { NAMESPACE_OF_CRI } from '../images/import.ts'

const SubscribeRequest = message({ filters: texts(1) })
/** The rest of an envelope is not needed. */
const Envelope = message({ namespace: text(2), topic: text(3) })
const SUBSCRIBE = method('/containerd.services.events.v1.Events/Subscribe', SubscribeRequest, Envelope)

/** Exits and starts of tasks, and what is created and deleted; images and snapshots do not concern pods. */
const FILTERS = ['topic~="^/tasks/(start|exit|oom|delete)"', 'topic~="^/containers/(create|delete)"']

/** One topic per event, until `signal` aborts. `opened` is called when the stream stands. Throws GrpcError, also when the runtime is not containerd. */
export async function* runtimeEvents(socket: string, signal: AbortSignal, opened: () => void): AsyncGenerator<string> {
  using client = new GrpcClient(`unix:${socket}`)
  let isFirst = true
  for await (const { topic } of client.stream(
    SUBSCRIBE,
    { filters: FILTERS },
    { signal, metadata: { 'containerd-namespace': NAMESPACE_OF_CRI } },
  )) {
    if (isFirst) opened()
    isFirst = false
    yield topic
  }
}

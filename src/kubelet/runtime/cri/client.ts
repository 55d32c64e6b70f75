/** The container runtime as typed calls: CRI runtime.v1 over its socket. */
import { type CallOptions, GrpcClient, type Method, method } from '#base/grpc/client.ts'
import { type Message, message } from '#base/grpc/message.ts'
import * as c from './container.ts'
import * as i from './image.ts'
import * as r from './runtime.ts'
import * as s from './sandbox.ts'

const Nothing = message({})
const runtime = <Q, QO, R, RO>(name: string, request: Message<Q, QO>, response: Message<R, RO>) =>
  method(`/runtime.v1.RuntimeService/${name}`, request, response)
const image = <Q, QO, R, RO>(name: string, request: Message<Q, QO>, response: Message<R, RO>) =>
  method(`/runtime.v1.ImageService/${name}`, request, response)

const METHODS = {
  version: runtime('Version', r.VersionRequest, r.VersionResponse),
  status: runtime('Status', r.StatusRequest, r.StatusResponse),
  runPodSandbox: runtime('RunPodSandbox', s.RunPodSandboxRequest, s.RunPodSandboxResponse),
  stopPodSandbox: runtime('StopPodSandbox', s.StopPodSandboxRequest, Nothing),
  removePodSandbox: runtime('RemovePodSandbox', s.RemovePodSandboxRequest, Nothing),
  podSandboxStatus: runtime('PodSandboxStatus', s.PodSandboxStatusRequest, s.PodSandboxStatusResponse),
  listPodSandbox: runtime('ListPodSandbox', s.ListPodSandboxRequest, s.ListPodSandboxResponse),
  createContainer: runtime('CreateContainer', c.CreateContainerRequest, c.CreateContainerResponse),
  startContainer: runtime('StartContainer', c.StartContainerRequest, Nothing),
  stopContainer: runtime('StopContainer', c.StopContainerRequest, Nothing),
  removeContainer: runtime('RemoveContainer', c.RemoveContainerRequest, Nothing),
  listContainers: runtime('ListContainers', c.ListContainersRequest, c.ListContainersResponse),
  containerStatus: runtime('ContainerStatus', c.ContainerStatusRequest, c.ContainerStatusResponse),
  updateContainerResources: runtime('UpdateContainerResources', c.UpdateContainerResourcesRequest, Nothing),
  reopenContainerLog: runtime('ReopenContainerLog', c.ReopenContainerLogRequest, Nothing),
  execSync: runtime('ExecSync', c.ExecSyncRequest, c.ExecSyncResponse),
  exec: runtime('Exec', c.ExecRequest, c.ExecResponse),
  attach: runtime('Attach', c.AttachRequest, c.AttachResponse),
  portForward: runtime('PortForward', s.PortForwardRequest, s.PortForwardResponse),
  containerStats: runtime('ContainerStats', r.ContainerStatsRequest, r.ContainerStatsResponse),
  listContainerStats: runtime('ListContainerStats', r.ListContainerStatsRequest, r.ListContainerStatsResponse),
  listImages: image('ListImages', i.ListImagesRequest, i.ListImagesResponse),
  imageStatus: image('ImageStatus', i.ImageStatusRequest, i.ImageStatusResponse),
  pullImage: image('PullImage', i.PullImageRequest, i.PullImageResponse),
  removeImage: image('RemoveImage', i.RemoveImageRequest, Nothing),
  imageFsInfo: image('ImageFsInfo', i.ImageFsInfoRequest, i.ImageFsInfoResponse),
} as const

type Methods = typeof METHODS
type Call<M> = M extends Method<infer Q, infer R> ? (request: Q, options?: CallOptions) => Promise<R> : never
/** Each method of the runtime. Throws GrpcError. */
export type Runtime = { readonly [K in keyof Methods]: Call<Methods[K]> } & Disposable

/** Most calls of the runtime end within this time; those that take as long as their work does have limits of their own. */
const TIMEOUT_MS = 120_000
const UNLIMITED: readonly string[] = ['pullImage', 'stopContainer', 'execSync'] satisfies (keyof Methods)[]

/** Connects to a runtime's socket, given as a path. Connecting is lazy: the first call fails when nobody listens. */
export function connectRuntime(socket: string): Runtime {
  const client = new GrpcClient(`unix:${socket}`)
  const calls = Object.entries(METHODS).map(([name, called]) => {
    const defaults = UNLIMITED.includes(name) ? {} : { timeoutMs: TIMEOUT_MS }
    return [
      name,
      (request: unknown, options: CallOptions = {}) =>
        client.call(called as Method<unknown, unknown>, request, { ...defaults, ...options }),
    ]
  })
  return { ...Object.fromEntries(calls), [Symbol.dispose]: () => client[Symbol.dispose]() } as Runtime
}

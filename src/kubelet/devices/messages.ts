/** What the kubelet and drivers of devices say to each other. Reference: k8s.io/kubelet, apis/dra (v1, v1beta1: the same messages) and apis/pluginregistration. */
import { method } from '#base/grpc/client.ts'
import { bool, many, message, one, type Received, text, texts } from '#base/grpc/message.ts'

const Claim = message({ namespace: text(1), uid: text(2), name: text(3) })
const PrepareRequest = message({ claims: many(1, Claim) })
const Device = message({ requestNames: texts(1), poolName: text(2), deviceName: text(3), cdiDeviceIds: texts(4), shareId: text(5) })
const Prepared = message({ devices: many(1, Device), error: text(2) })
const Released = message({ error: text(1) })
/** A map goes over the wire as a list of its entries. */
const PrepareResponse = message({ claims: many(1, message({ key: text(1), value: one(2, Prepared) })) })
const ReleaseResponse = message({ claims: many(1, message({ key: text(1), value: one(2, Released) })) })

export interface ClaimMessage {
  readonly namespace: string
  readonly uid: string
  readonly name: string
}
export type PreparedDevice = Received<typeof Device>
/** As drivers list the versions that they speak, the best first. */
export const SERVICES = ['v1.DRAPlugin', 'v1beta1.DRAPlugin'] as const
export type Service = (typeof SERVICES)[number]

const path = (service: Service, name: string) => `/k8s.io.kubelet.pkg.apis.dra.${service}/${name}`
export const prepareMethod = (service: Service) => method(path(service, 'NodePrepareResources'), PrepareRequest, PrepareResponse)
export const releaseMethod = (service: Service) => method(path(service, 'NodeUnprepareResources'), PrepareRequest, ReleaseResponse)

const Nothing = message({})
const Info = message({ type: text(1), name: text(2), endpoint: text(3), supportedVersions: texts(4) })
const Status = message({ isRegistered: bool(1), error: text(2) })
export type PluginInfo = Received<typeof Info>
export const getInfo = method('/pluginregistration.Registration/GetInfo', Nothing, Info)
export const notifyStatus = method('/pluginregistration.Registration/NotifyRegistrationStatus', Status, Nothing)

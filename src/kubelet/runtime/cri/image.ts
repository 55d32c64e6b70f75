/** The messages of CRI runtime.v1 about images. Field numbers: kubernetes/cri-api, pkg/apis/runtime/v1. */
import { bool, int, many, message, one, text, textMap, texts } from '#base/grpc/message.ts'
import { Int64Value, PodSandboxConfig } from './sandbox.ts'
import { ImageSpec } from './container.ts'

export const Image = message({
  id: text(1),
  repoTags: texts(2),
  repoDigests: texts(3),
  size: int(4),
  uid: one(5, Int64Value),
  username: text(6),
  spec: one(7, ImageSpec),
  pinned: bool(8),
})
export const ImageFilter = message({ image: one(1, ImageSpec) })
export const ListImagesRequest = message({ filter: one(1, ImageFilter) })
export const ListImagesResponse = message({ images: many(1, Image) })
export const ImageStatusRequest = message({ image: one(1, ImageSpec), verbose: bool(2) })
export const ImageStatusResponse = message({ image: one(1, Image), info: textMap(2) })
export const AuthConfig = message({
  username: text(1),
  password: text(2),
  auth: text(3),
  serverAddress: text(4),
  identityToken: text(5),
  registryToken: text(6),
})
export const PullImageRequest = message({ image: one(1, ImageSpec), auth: one(2, AuthConfig), sandboxConfig: one(3, PodSandboxConfig) })
export const PullImageResponse = message({ imageRef: text(1) })
export const RemoveImageRequest = message({ image: one(1, ImageSpec) })
export const ImageFsInfoRequest = message({})
export const FilesystemIdentifier = message({ mountpoint: text(1) })
export const FilesystemUsage = message({
  timestamp: int(1),
  fsId: one(2, FilesystemIdentifier),
  usedBytes: one(3, Int64Value),
  inodesUsed: one(4, Int64Value),
})
export const ImageFsInfoResponse = message({ imageFilesystems: many(1, FilesystemUsage), containerFilesystems: many(2, FilesystemUsage) })

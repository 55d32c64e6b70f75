/** A container as the runtime is told of it. */
import type { Sent } from '#base/grpc/message.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ContainerConfig as ContainerMessage } from './cri/container.ts'
import { signalNumber } from './cri/enumerations.ts'
import { type EnvironmentInput, environment } from './environment.ts'
import { expand } from './expansion.ts'
import { containerAnnotations, containerLabels } from './labels.ts'
import { containerLimits, type LimitingNode } from './quality.ts'
import { containerSecurity, type SecurityInput } from './security.ts'

export type ContainerConfig = Sent<typeof ContainerMessage>
export type ContainerMount = NonNullable<ContainerConfig['mounts']>[number]

export interface ContainerInput extends Omit<EnvironmentInput, 'container'>, Omit<SecurityInput, 'container'> {
  readonly pod: Pod
  readonly container: Container
  readonly attempt: number
  /** The image as the runtime knows it, and as the pod calls it. */
  readonly imageRef: string
  readonly mounts: readonly ContainerMount[]
  readonly node: LimitingNode
  /** By which names the runtime knows the devices that the container gets. */
  readonly cdiNames?: readonly string[]
}

/** Throws ConfigProblem when the pod asks for what cannot be had. */
export function containerConfig(input: ContainerInput): ContainerConfig {
  const { pod, container, attempt, imageRef, node, users } = input
  // Files of the machine are shown as if their owners were those of the pod.
  const mounts = users ? input.mounts.map(mount => ({ ...mount, uidMappings: users, gidMappings: users })) : input.mounts
  const variables = environment(input)
  const written = (text: string) => expand(text, name => variables.get(name))
  const { stopSignal } = container.lifecycle ?? {}
  return {
    metadata: { name: container.name, attempt },
    image: { image: imageRef, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(written),
    args: (container.args ?? []).map(written),
    workingDir: container.workingDir ?? '',
    envs: [...variables].map(([key, value]) => ({ key, value: Buffer.from(value) })),
    mounts,
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, attempt),
    logPath: `${container.name}/${attempt}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: { resources: containerLimits(pod, container, node), securityContext: containerSecurity(input) },
    ...(input.cdiNames?.length && { cdiDevices: input.cdiNames.map(name => ({ name })) }),
    ...(stopSignal && { stopSignal: signalNumber(stopSignal) }),
  }
}

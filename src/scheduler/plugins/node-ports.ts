/** Keeps two pods from wanting the same port of a node. */
import type { Plugin } from '../plugin.ts'
import { portsCollide, portsOfPod } from '../snapshot.ts'

export const nodePorts: Plugin = {
  name: 'NodePorts',
  filter: (pod, { ports }) =>
    portsOfPod(pod).some(wanted => ports.some(taken => portsCollide(wanted, taken)))
      ? ["node(s) didn't have free ports for the requested pod ports"]
      : [],
}

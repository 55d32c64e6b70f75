/** Privileges and identities with which pods and containers run. */
import { isValidUserId } from '#kinds/meta/names.ts'
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkContext, checkSysctls, localhostRule } from './security-rules.ts'

export class Capabilities extends struct({
  add: field(1, list(string, { listType: 'atomic' }), 'Capabilities that the processes get.'),
  drop: field(2, list(string, { listType: 'atomic' }), 'Capabilities that are taken from the processes; ALL takes all.'),
}) {}

export class SELinuxOptions extends struct({
  user: field(1, string, 'SELinux user.'),
  role: field(2, string, 'SELinux role.'),
  type: field(3, string, 'SELinux type.'),
  level: field(4, string, 'SELinux level.'),
}) {}

export class WindowsSecurityContextOptions extends struct({
  gmsaCredentialSpecName: field(1, string, 'Name of the GMSA credential specification.', { explicit: true }),
  gmsaCredentialSpec: field(2, string, 'The GMSA credential specification itself.', { explicit: true }),
  runAsUserName: field(3, string, 'Windows user under which the processes run.', { explicit: true }),
  hostProcess: field(4, bool, "Whether the container runs as a process of the host; all of a pod's containers must agree.", {
    explicit: true,
  }),
}) {}

export class SeccompProfile extends struct(
  {
    type: field(1, oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), "The runtime's own profile, one of the node's files, or none.", {
      required: true,
    }),
    localhostProfile: field(2, string, "Path of the profile on the node, below the kubelet's folder; for type Localhost only.", {
      explicit: true,
    }),
  },
  { validate: localhostRule('seccomp') },
) {}

export class AppArmorProfile extends struct(
  {
    type: field(1, oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), "The runtime's own profile, one loaded on the node, or none.", {
      required: true,
    }),
    localhostProfile: field(2, string, "Path of the profile on the node, below the kubelet's folder; for type Localhost only.", {
      explicit: true,
    }),
  },
  { validate: localhostRule('AppArmor') },
) {}

export class SecurityContext extends struct(
  {
    capabilities: field(1, Capabilities, 'Capabilities to add to and drop from those of the runtime.'),
    privileged: field(2, bool, 'Whether the container may do whatever root on the node may.', { explicit: true }),
    seLinuxOptions: field(3, SELinuxOptions, 'SELinux label of the processes; the runtime chooses when absent.'),
    windowsOptions: field(10, WindowsSecurityContextOptions, 'Settings for Windows only.'),
    runAsUser: field(4, int64, 'User id of the processes; that of the image when absent.', { explicit: true, check: isValidUserId }),
    runAsGroup: field(8, int64, 'Group id of the processes; that of the runtime when absent.', { explicit: true, check: isValidUserId }),
    runAsNonRoot: field(5, bool, 'Whether the kubelet must refuse to start the container as user 0.', { explicit: true }),
    readOnlyRootFilesystem: field(6, bool, "Whether the container's root file system can only be read.", { explicit: true }),
    allowPrivilegeEscalation: field(7, bool, 'Whether a process may gain more privileges than its parent has.', { explicit: true }),
    procMount: field(9, oneOf('Default', 'Unmasked'), 'Whether parts of /proc are masked, as is usual, or not.', { explicit: true }),
    seccompProfile: field(11, SeccompProfile, 'Which system calls the processes may make.'),
    appArmorProfile: field(12, AppArmorProfile, 'Which AppArmor profile confines the processes.'),
  },
  { validate: checkContext },
) {}

export class Sysctl extends struct({
  name: field(1, string, 'Name of the kernel parameter.', { required: true }),
  value: field(2, string, 'Value of the kernel parameter.', { always: true }),
}) {}

export class PodSecurityContext extends struct(
  {
    seLinuxOptions: field(1, SELinuxOptions, 'SELinux label of the processes; the runtime chooses when absent.'),
    windowsOptions: field(8, WindowsSecurityContextOptions, 'Settings for Windows only.'),
    runAsUser: field(2, int64, 'User id of the processes; that of the image when absent.', { explicit: true, check: isValidUserId }),
    runAsGroup: field(6, int64, 'Group id of the processes; that of the runtime when absent.', { explicit: true, check: isValidUserId }),
    runAsNonRoot: field(3, bool, 'Whether the kubelet must refuse to start the container as user 0.', { explicit: true }),
    supplementalGroups: field(4, list(int64, { listType: 'atomic' }), 'Further group ids of the processes.'),
    supplementalGroupsPolicy: field(
      12,
      oneOf('Merge', 'Strict'),
      'Whether groups that the image gives the user count too (Merge) or not (Strict).',
      { explicit: true },
    ),
    fsGroup: field(5, int64, "Group id that owns the pod's volumes and is one of the processes' groups.", {
      explicit: true,
      check: isValidUserId,
    }),
    sysctls: field(7, list(Sysctl, { listType: 'atomic' }), 'Kernel parameters that are set for the pod.'),
    fsGroupChangePolicy: field(
      9,
      oneOf('Always', 'OnRootMismatch'),
      'Whether the ownership of volumes is set at each start or only where the root differs.',
      { explicit: true },
    ),
    seccompProfile: field(10, SeccompProfile, 'Which system calls the processes may make.'),
    appArmorProfile: field(11, AppArmorProfile, 'Which AppArmor profile confines the processes.'),
    seLinuxChangePolicy: field(
      13,
      oneOf('MountOption', 'Recursive'),
      'Whether volumes get their SELinux label file by file or as they are mounted.',
      { explicit: true },
    ),
  },
  {
    validate: ({ supplementalGroups = [], sysctls = [] }, at) => {
      for (const [i, group] of supplementalGroups.entries()) {
        const wrong = isValidUserId(group)
        if (wrong) at.key('supplementalGroups').index(i).invalid(group, wrong)
      }
      checkSysctls(sysctls, at.key('sysctls'))
    },
  },
) {}

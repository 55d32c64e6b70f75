/** Privileges and identities with which pods and containers run. */
import { isValidUserId } from '#kinds/meta/names.ts'
import { bool, int64, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { checkContext, checkSysctls, localhostRule } from './security-rules.ts'

export class Capabilities extends struct({
  add: field(1, list(string, { listType: 'atomic' }), 'Add.'),
  drop: field(2, list(string, { listType: 'atomic' }), 'Drop.'),
}) {}

export class SELinuxOptions extends struct({
  user: field(1, string, 'User.'),
  role: field(2, string, 'Role.'),
  type: field(3, string, 'Type.'),
  level: field(4, string, 'Level.'),
}) {}

export class WindowsSecurityContextOptions extends struct({
  gmsaCredentialSpecName: field(1, string, 'Gmsa credential spec name.', { explicit: true }),
  gmsaCredentialSpec: field(2, string, 'Gmsa credential spec.', { explicit: true }),
  runAsUserName: field(3, string, 'Run as user name.', { explicit: true }),
  hostProcess: field(4, bool, 'Host process.', { explicit: true }),
}) {}

export class SeccompProfile extends struct(
  {
    type: field(1, oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), 'Type.', { required: true }),
    localhostProfile: field(2, string, 'Localhost profile.', { explicit: true }),
  },
  { validate: localhostRule('seccomp') },
) {}

export class AppArmorProfile extends struct(
  {
    type: field(1, oneOf('Localhost', 'RuntimeDefault', 'Unconfined'), 'Type.', { required: true }),
    localhostProfile: field(2, string, 'Localhost profile.', { explicit: true }),
  },
  { validate: localhostRule('AppArmor') },
) {}

export class SecurityContext extends struct(
  {
    capabilities: field(1, Capabilities, 'Capabilities.'),
    privileged: field(2, bool, 'Privileged.', { explicit: true }),
    seLinuxOptions: field(3, SELinuxOptions, 'Se linux options.'),
    windowsOptions: field(10, WindowsSecurityContextOptions, 'Windows options.'),
    runAsUser: field(4, int64, 'Run as user.', { explicit: true, check: isValidUserId }),
    runAsGroup: field(8, int64, 'Run as group.', { explicit: true, check: isValidUserId }),
    runAsNonRoot: field(5, bool, 'Run as non root.', { explicit: true }),
    readOnlyRootFilesystem: field(6, bool, 'Read only root filesystem.', { explicit: true }),
    allowPrivilegeEscalation: field(7, bool, 'Allow privilege escalation.', { explicit: true }),
    procMount: field(9, oneOf('Default', 'Unmasked'), 'Proc mount.', { explicit: true }),
    seccompProfile: field(11, SeccompProfile, 'Seccomp profile.'),
    appArmorProfile: field(12, AppArmorProfile, 'App armor profile.'),
  },
  { validate: checkContext },
) {}

export class Sysctl extends struct({
  name: field(1, string, 'Name.', { required: true }),
  value: field(2, string, 'Value.', { always: true }),
}) {}

export class PodSecurityContext extends struct(
  {
    seLinuxOptions: field(1, SELinuxOptions, 'Se linux options.'),
    windowsOptions: field(8, WindowsSecurityContextOptions, 'Windows options.'),
    runAsUser: field(2, int64, 'Run as user.', { explicit: true, check: isValidUserId }),
    runAsGroup: field(6, int64, 'Run as group.', { explicit: true, check: isValidUserId }),
    runAsNonRoot: field(3, bool, 'Run as non root.', { explicit: true }),
    supplementalGroups: field(4, list(int64, { listType: 'atomic' }), 'Supplemental groups.'),
    supplementalGroupsPolicy: field(12, oneOf('Merge', 'Strict'), 'Supplemental groups policy.', { explicit: true }),
    fsGroup: field(5, int64, 'Fs group.', { explicit: true, check: isValidUserId }),
    sysctls: field(7, list(Sysctl, { listType: 'atomic' }), 'Sysctls.'),
    fsGroupChangePolicy: field(9, oneOf('Always', 'OnRootMismatch'), 'Fs group change policy.', { explicit: true }),
    seccompProfile: field(10, SeccompProfile, 'Seccomp profile.'),
    appArmorProfile: field(11, AppArmorProfile, 'App armor profile.'),
    seLinuxChangePolicy: field(13, oneOf('MountOption', 'Recursive'), 'Se linux change policy.', { explicit: true }),
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

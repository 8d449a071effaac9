import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The programs that the suites call, each with the Debian package that brings it. */
const packageOfTool = {
  blockdev: 'util-linux',
  buildah: 'buildah',
  chromium: 'chromium',
  chroot: 'coreutils',
  chrt: 'util-linux',
  dd: 'coreutils',
  debootstrap: 'debootstrap',
  'dpkg-deb': 'dpkg',
  'dpkg-query': 'dpkg',
  fincore: 'util-linux',
  fio: 'fio',
  fsfreeze: 'util-linux',
  fish: 'fish',
  gcc: 'gcc',
  ip: 'iproute2',
  isnsadm: 'open-isns-utils',
  isnsd: 'open-isns-server',
  istgt: 'istgt',
  'iscsi-inq': 'libiscsi-bin',
  'iscsi-ls': 'libiscsi-bin',
  'iscsi-readcapacity16': 'libiscsi-bin',
  'iscsi-swp': 'libiscsi-bin',
  'iscsi-test-cu': 'libiscsi-bin',
  losetup: 'mount',
  mandoc: 'mandoc',
  mke2fs: 'e2fsprogs',
  mkfifo: 'coreutils',
  mount: 'mount',
  nsenter: 'util-linux',
  prlimit: 'util-linux',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'qemu-img': 'qemu-utils',
  'qemu-io': 'qemu-utils',
  'qemu-storage-daemon': 'qemu-system-common',
  'qemu-system-x86_64': 'qemu-system-x86',
  targetcli: 'targetcli-fb',
  'tgt-admin': 'tgt',
  script: 'bsdutils',
  socat: 'socat',
  'systemd-analyze': 'systemd',
  'systemd-notify': 'systemd',
  'systemd-sysusers': 'systemd',
  'systemd-tmpfiles': 'systemd',
  tgtadm: 'tgt',
  tgtimg: 'tgt',
  tgtd: 'tgt',
  tmux: 'tmux',
  tshark: 'tshark',
  umount: 'mount',
  unshare: 'util-linux',
  zsh: 'zsh',
} as const

/** A program that a suite cannot do without. */
export type ToolName = keyof typeof packageOfTool

/** Where Debian puts programs; an ordinary user's PATH lacks the `sbin` directories. */
const systemDirectories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * The path of a program.
 *
 * @throws Error that names the `apt-get install` line when the program is missing: a suite never skips for want of a tool.
 */
export function findTool(name: ToolName): string {
  const path = pathOf(name)
  if (path === undefined) {
    throw new Error(`${name} is not installed; this suite needs it: apt-get install -y ${packageOfTool[name]}`)
  }
  return path
}

/** Whether a program is there that the bench measures only then. */
export function isInstalled(name: ToolName): boolean {
  return pathOf(name) !== undefined
}

function pathOf(name: ToolName): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(':'), ...systemDirectories]
  for (const directory of directories) {
    const path = join(directory, name)
    if (directory.startsWith('/') && isExecutable(path)) return path
  }
  return undefined
}

/**
 * Checks for a file of a development package, a C header for instance.
 *
 * @throws Error that names the `apt-get install` line when the file is missing.
 */
export function requireFile(path: string, debianPackage: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch {
    throw new Error(`${path} is missing; this suite needs it: apt-get install -y ${debianPackage}`)
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

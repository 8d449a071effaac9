import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The Debian release of the guest; the kernel is the release's own. */
export const release = 'bookworm'

/** Where packages come from, unless LUNKIT_DEBIAN_MIRROR names another mirror. */
export const mirror = process.env['LUNKIT_DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian'

/** What the guest runs beside the smallest Debian. */
export const packages = [
  'busybox-static',
  'dbus-daemon',
  'dmsetup',
  'e2fsprogs',
  'fio',
  'iproute2',
  'kmod',
  'lsscsi',
  'mt-st',
  'nftables',
  'open-iscsi',
  'procps',
  'sg3-utils',
  'systemd',
  'targetcli-fb',
  'udev',
  'xfsprogs',
] as const

/** Kernel modules that the first RAM disk loads to find its disk. */
export const rootModules = ['virtio_pci', 'virtio_blk', 'ext4'] as const

/** Directories of kernel modules for hardware that QEMU does not have, and that the image does without. */
export const leftOutModules = [
  'drivers/gpu',
  'drivers/iio',
  'drivers/infiniband',
  'drivers/media',
  'drivers/net/ethernet',
  'drivers/net/wireless',
  'drivers/platform',
  'drivers/staging',
  'drivers/usb',
  'sound',
] as const

/** Directories that only take room in a test's image. */
export const leftOutFiles = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'var/lib/apt/lists', 'var/cache/apt']

/** Size of the root file system in MiB; it is sparse. */
export const rootSizeMiB = 2000

/** What goes into the image of ours: path beside this file, and path in the image. */
export const scripts = {
  guestInit: readScript('guest-init.sh'),
  guestScripts: readScript('guest-scripts.service'),
  initrdInit: readScript('initrd-init.sh'),
} as const

/** Names an image by all that it is made of, so that a changed recipe is built anew. */
export function recipeHash(builder: string): string {
  const recipe = { release, packages, rootModules, leftOutModules, leftOutFiles, rootSizeMiB, scripts, builder }
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)
}

function readScript(name: string): string {
  return readFileSync(new URL(`./files/${name}`, import.meta.url), 'utf8')
}

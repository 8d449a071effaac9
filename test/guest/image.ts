import { existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { succeed } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'
import * as recipe from './image-recipe.ts'

/** What QEMU boots: a kernel, its first RAM disk and the root file system. */
export type Image = {
  readonly kernelPath: string
  readonly initrdPath: string
  readonly diskPath: string
}

const builderPath = fileURLToPath(import.meta.url)
const stepTimeoutMs = 600_000

/** Where images are kept between runs; git ignores it. */
function cacheDirectory(): string {
  return process.env['LUNKIT_GUEST_CACHE'] ?? fileURLToPath(new URL('./.cache', import.meta.url))
}

/** The image of this recipe: built with debootstrap in a minute or two, or as an earlier run left it. */
export async function guestImage(): Promise<Image> {
  const directory = join(cacheDirectory(), recipe.recipeHash(readFileSync(builderPath, 'utf8')))
  if (!existsSync(directory)) await build(directory)
  return {
    kernelPath: join(directory, 'vmlinuz'),
    initrdPath: join(directory, 'initrd.gz'),
    diskPath: join(directory, 'root.ext4'),
  }
}

async function build(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('the guest image is built by debootstrap, which needs root')
  await mkdir(cacheDirectory(), { recursive: true })
  const work = `${directory}.${process.pid}`
  const root = join(work, 'root')
  await mkdir(root, { recursive: true })
  try {
    await installPackages(root)
    const kernelRelease = await installKernel(root)
    await buildInitrd(root, kernelRelease, join(work, 'initrd'))
    await copyFile(join(root, 'boot', `vmlinuz-${kernelRelease}`), join(work, 'vmlinuz'))
    await finishRoot(root)
    await makeDisk(root, join(work, 'root.ext4'))
    await rm(root, { recursive: true })
    await rename(work, directory)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function installPackages(root: string): Promise<void> {
  const include = `--include=${recipe.packages.join(',')}`
  const args = ['--variant=minbase', include, recipe.release, root, recipe.mirror]
  await succeed(findTool('debootstrap'), args, { timeoutMs: stepTimeoutMs })
}

/**
 * Unpacks the release's kernel without its installation scripts, which would build a RAM disk of their own.
 *
 * @returns the kernel's release, as `uname -r` prints it
 */
async function installKernel(root: string): Promise<string> {
  await inRoot(root, 'apt-get -qq update')
  const script =
    "cd /tmp && apt-get -qq download $(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \\(linux-image-[0-9][^ ]*\\).*/\\1/p')"
  await inRoot(root, script)
  const temporary = join(root, 'tmp')
  const archive = (await readdir(temporary)).find(name => name.startsWith('linux-image-'))
  if (archive === undefined) throw new Error('apt-get brought no linux-image package')
  const left = recipe.leftOutModules.map(each => `--exclude='*/kernel/${each}'`).join(' ')
  const unpack = `dpkg-deb --fsys-tarfile tmp/${archive} | tar -x --keep-directory-symlink ${left} ./boot ./lib`
  await succeed('/bin/sh', ['-c', unpack], { cwd: root, timeoutMs: stepTimeoutMs })
  await rm(join(temporary, archive))
  const kernelRelease = archive.replace(/^linux-image-([^_]*)_.*$/, '$1')
  await inRoot(root, `depmod ${kernelRelease}`)
  return kernelRelease
}

/** A RAM disk with busybox and the few modules that lie between the kernel and the root file system. */
async function buildInitrd(root: string, kernelRelease: string, directory: string): Promise<void> {
  for (const name of ['bin', 'dev', 'modules', 'proc', 'root', 'sys']) {
    await mkdir(join(directory, name), { recursive: true })
  }
  await copyFile(join(root, 'bin/busybox'), join(directory, 'bin/busybox'))
  await writeFile(join(directory, 'init'), recipe.scripts.initrdInit)
  await chmod(join(directory, 'init'), 0o755)
  const modules = await modulesInOrder(root, kernelRelease)
  for (const path of modules) await copyFile(join(root, path), join(directory, 'modules', basename(path)))
  await writeFile(join(directory, 'modules.order'), modules.map(path => `${basename(path)}\n`).join(''))
  const pack = `find . | ${join(root, 'bin/busybox')} cpio -o -H newc | gzip -1 > ../initrd.gz`
  await succeed('/bin/sh', ['-c', pack], { cwd: directory, timeoutMs: stepTimeoutMs })
  await rm(directory, { recursive: true })
}

async function modulesInOrder(root: string, kernelRelease: string): Promise<string[]> {
  const depends = recipe.rootModules.map(name => `modprobe -S ${kernelRelease} --show-depends ${name}`).join(' && ')
  const { stdout } = await inRoot(root, depends)
  const paths = stdout.split('\n').flatMap(line => /^insmod (\S+)/.exec(line)?.[1] ?? [])
  return [...new Set(paths)]
}

async function finishRoot(root: string): Promise<void> {
  await writeFile(join(root, 'guest-init'), recipe.scripts.guestInit)
  await chmod(join(root, 'guest-init'), 0o755)
  const units = join(root, 'etc/systemd/system')
  await writeFile(join(units, 'guest-scripts.service'), recipe.scripts.guestScripts)
  await symlink('../guest-scripts.service', join(units, 'multi-user.target.wants/guest-scripts.service'))
  for (const path of [...recipe.leftOutFiles, 'boot']) {
    await rm(join(root, path), { recursive: true, force: true })
  }
}

async function makeDisk(root: string, diskPath: string): Promise<void> {
  const args = ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', root, diskPath, `${recipe.rootSizeMiB}M`]
  await succeed(findTool('mke2fs'), args, { timeoutMs: stepTimeoutMs })
}

function inRoot(root: string, script: string) {
  return succeed(findTool('chroot'), [root, '/bin/sh', '-c', script], { timeoutMs: stepTimeoutMs })
}

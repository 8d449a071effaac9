import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { succeed } from '../harness/outcome.ts'
import type { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const TIMEOUT_MS = 180_000
const RECIPE = fileURLToPath(new URL('../../packaging/container/Containerfile', import.meta.url))
/** What the recipe starts from, which is not to be had without a registry of images. */
const BASE = 'docker.io/library/debian:bookworm-slim'
/** What of Debian's smallest the recipe and the programs need. */
const BASE_PACKAGES = [
  ...['base-files', 'base-passwd', 'bash', 'dash', 'coreutils', 'dpkg', 'tar', 'libc6', 'libc-bin', 'libgcc-s1'],
  ...['libstdc++6', 'libselinux1', 'libacl1', 'libattr1', 'libmd0', 'libbz2-1.0', 'liblzma5', 'libzstd1', 'zlib1g'],
  ...['libpcre2-8-0', 'libgmp10', 'libtinfo6'],
]

/** An image that was built for the tests, and what it says of how it runs. */
export interface BuiltImage {
  /** Its files. */
  readonly root: string
  readonly environment: Readonly<Record<string, string>>
  readonly user: { readonly uid: number; readonly gid: number }
  readonly entrypoint: readonly string[]
  readonly healthcheck: readonly string[]
  readonly ports: readonly number[]
  readonly volume: string
}

/** What buildah tells of an image. */
interface Inspected {
  readonly Docker: {
    readonly config: {
      readonly User: string
      readonly Env: readonly string[]
      readonly Entrypoint: readonly string[]
      readonly Healthcheck: { readonly Test: readonly string[] }
      readonly ExposedPorts: Readonly<Record<string, unknown>>
      readonly Volumes: Readonly<Record<string, unknown>>
    }
  }
}

/**
 * Builds the image of the recipe with buildah, which is what `podman build` has inside, without a network, a registry or
 * a runtime: above the files that Debian's packages have on this machine.
 *
 * @param packagePath the Debian package
 * @param scratch where everything of it lies
 */
export async function buildImage(packagePath: string, scratch: Scratch): Promise<BuiltImage> {
  const storage = ['--root', scratch.path('images'), '--runroot', scratch.path('running'), '--storage-driver', 'vfs']
  const buildah = async (...args: string[]): Promise<string> =>
    (await succeed(findTool('buildah'), [...storage, ...args], { timeoutMs: TIMEOUT_MS })).stdout.trim()
  const base = await buildah('from', 'scratch')
  await layOutBase(await buildah('mount', base), scratch.path('base-files.list'))
  await buildah('commit', '--quiet', '--rm', base, BASE)
  const context = join(packagePath, '..')
  const build = ['--isolation', 'chroot', '--pull-never', '--layers=false', '--format', 'docker', '--file', RECIPE]
  await buildah('build', ...build, '--tag', 'lunkit', context)
  const root = await buildah('mount', await buildah('from', '--pull-never', 'lunkit'))
  return { root, ...told(JSON.parse(await buildah('inspect', '--type', 'image', 'lunkit')) as Inspected) }
}

/** Copies the files of Debian's packages to where a root is to be. */
async function layOutBase(root: string, list: string): Promise<void> {
  // /bin and its like are links to these.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) await mkdir(join(root, 'usr', name), { recursive: true })
  const { stdout } = await succeed(findTool('dpkg-query'), ['--listfiles', ...BASE_PACKAGES], { timeoutMs: TIMEOUT_MS })
  // Debian's own images lack what only people read, too.
  const paths = stdout.split('\n').filter(path => path.startsWith('/') && !path.startsWith('/usr/share/'))
  await writeFile(list, [...new Set(paths)].sort().join('\n'))
  const copy = 'tar --no-recursion --ignore-failed-read -cf - -T "$1" | tar -xf - -C "$2"'
  await succeed('/bin/sh', ['-c', copy, 'sh', list, root], { timeoutMs: TIMEOUT_MS })
}

function told({ Docker: { config } }: Inspected): Omit<BuiltImage, 'root'> {
  const [uid = 0, gid = 0] = config.User.split(':').map(Number)
  const [, ...healthcheck] = config.Healthcheck.Test
  const [volume = ''] = Object.keys(config.Volumes)
  return {
    environment: Object.fromEntries(
      config.Env.map(each => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    ),
    user: { uid, gid },
    entrypoint: config.Entrypoint,
    healthcheck,
    ports: Object.keys(config.ExposedPorts).map(port => Number.parseInt(port, 10)),
    volume,
  }
}

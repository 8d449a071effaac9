import { createHash, randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { type Outcome, run, succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import type { TargetAddress } from '../harness/target-address.ts'
import { Tgtd } from '../harness/tgtd.ts'
import { findTool, requireFile } from '../harness/tool.ts'

const lunkit = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))
const sizeBytes = 64 * 2 ** 20
const pieceBytes = 2 ** 20
const timeoutMs = 120_000

/** A target that serves a file as a disk. */
type Served = { readonly address: TargetAddress; readonly stop: () => Promise<void> }

const targets: readonly {
  readonly name: string
  readonly serve: (path: string, scratch: Scratch) => Promise<Served>
}[] = [
  {
    name: 'lunkitd',
    async serve(path, scratch) {
      const store = { plugin: 'fileio', name: 'disk0', sizeBytes, path, writeBack: true } as const
      const daemon = await Daemon.start({ iqn: 'iqn.2026-11.io.lunkit.test:moved', stores: [store] }, scratch.directory)
      return { address: daemon.address(0), stop: () => daemon.stop() }
    },
  },
  {
    name: 'tgtd',
    async serve(path) {
      const tgtd = await Tgtd.start(path)
      return { address: tgtd.address, stop: () => tgtd.stop() }
    },
  },
]

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

/** Random bytes, with a hole in every other MiB. */
async function writeImage(path: string): Promise<void> {
  const file = await open(path, 'w')
  await file.truncate(sizeBytes)
  for (let at = 0; at < sizeBytes; at += 2 * pieceBytes) await file.write(randomBytes(pieceBytes), 0, pieceBytes, at)
  await file.close()
}

describe.each(targets)('lunkit at a disk of $name', ({ serve }) => {
  let scratch: Scratch
  let served: Served
  let image: string
  let url: string

  const says = (...args: readonly string[]): Promise<Outcome> => run(lunkit, args, { timeoutMs })
  const succeeds = async (program: string, ...args: readonly string[]): Promise<string> =>
    (await succeed(program, args, { timeoutMs })).stdout
  const path = (name: string): string => scratch.path(name)

  beforeAll(async () => {
    requireFile('/usr/lib/x86_64-linux-gnu/qemu/block-iscsi.so', 'qemu-block-extra')
    scratch = await Scratch.create('moved')
    image = path('image')
    await writeImage(image)
    const file = await open(path('disk.img'), 'w')
    await file.truncate(sizeBytes)
    await file.close()
    served = await serve(path('disk.img'), scratch)
    const { host, port, iqn, lun } = served.address
    url = `iscsi://${host}:${port}/${iqn}/${lun}`
  }, timeoutMs)

  afterAll(async () => {
    await served?.stop()
    await scratch?.remove()
  }, timeoutMs)

  it('copies a file onto it, and qemu-img finds the same', async () => {
    const copied = await says('copy', image, url, '--verify')
    expect([copied.code, copied.stderr]).toEqual([0, ''])
    const compared = await succeeds(findTool('qemu-img'), 'compare', '-f', 'raw', '-F', 'raw', image, url)
    expect(compared).toMatch(/^Images are identical\.$/m)
  })

  it('reads what qemu-img has written, into a file with holes and through a pipe', async () => {
    await writeImage(image)
    await succeeds(findTool('qemu-img'), 'convert', '-n', '-f', 'raw', '-O', 'raw', image, url)
    const read = await says('read', url, path('read.img'))
    expect([read.code, read.stderr]).toEqual([0, ''])
    expect(await sha256(path('read.img'))).toBe(await sha256(image))
    await succeeds('sh', '-c', `"$0" read "$1" | cat > "$2"`, lunkit, url, path('piped.img'))
    expect(await sha256(path('piped.img'))).toBe(await sha256(image))
  })

  it('writes a part of it from a pipe, and nothing beside', async () => {
    const part = randomBytes(pieceBytes + 512)
    const file = await open(path('part'), 'w')
    await file.write(part)
    await file.close()
    const command = `cat "$2" | "$0" write "$1" - offset=3M`
    await succeeds('sh', '-c', command, lunkit, url, path('part'))
    const expected = await readFile(image)
    part.copy(expected, 3 * 2 ** 20)
    await succeeds(findTool('qemu-img'), 'convert', '-f', 'raw', '-O', 'raw', url, path('now.img'))
    expect((await readFile(path('now.img'))).equals(expected)).toBe(true)
  })

  it('says of it what iscsi-inq and iscsi-ls say', async () => {
    const { stdout } = await says('--json', 'inquiry', url)
    const said = JSON.parse(stdout) as { vendor: string; product: string; revision: string; serial: string }
    const inquiry = await succeeds(findTool('iscsi-inq'), url)
    expect(inquiry).toContain(`Vendor:${said.vendor}`)
    expect(inquiry).toContain(`Product:${said.product}`)
    expect(inquiry).toContain(`Revision:${said.revision}`)
    const serial = await succeeds(findTool('iscsi-inq'), '-e', '1', '-c', '128', url)
    expect(serial).toContain(said.serial)
    const { host, port, iqn } = served.address
    const discovered = await says('--json', 'discover', `${host}:${port}`)
    expect(JSON.parse(discovered.stdout)).toMatchObject({ targets: [{ name: iqn }] })
    expect(await succeeds(findTool('iscsi-ls'), `iscsi://${host}:${port}`)).toContain(iqn)
  })

  it('measures it, and finds it well', async () => {
    const bench = await says('--json', 'bench', url, 'seconds=1', 'depth=4')
    expect(bench.code).toBe(0)
    expect((JSON.parse(bench.stdout) as { operations: number }).operations).toBeGreaterThan(0)
    const { host, port, iqn } = served.address
    const tested = await says('selftest', `${host}:${port}`, iqn)
    expect([tested.code, tested.stderr]).toEqual([0, ''])
    expect(tested.stdout).toMatch(/ checks: all is well\.\n$/)
  })

  it('ends by logout when it is interrupted, and says how far it came', async () => {
    const command = `{ head -c 1M /dev/zero; sleep 6; } | { "$0" copy - "$1" & pid=$!; sleep 3; kill -INT $pid; wait $pid; }`
    const { code, stderr } = await run('bash', ['-c', command, lunkit, url], { timeoutMs })
    expect({ code, first: stderr.split('\n')[0] }).toEqual({ code: 1, first: 'Interrupted.' })
    expect(stderr).toContain(`1 MiB (1048576 bytes) had gone to ${url}.`)
  })
})

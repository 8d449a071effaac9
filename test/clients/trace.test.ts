import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as passed } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ControlClient } from '@lunkit/control/client'
import { connect } from '@lunkit/initiator'
import { Opcode } from '@lunkit/pdu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const lunkit = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))
const IQN = 'iqn.2026-11.io.lunkit.test:traced'
const HOST = 'iqn.2026-11.com.example:host'
const timeoutMs = 60_000
const SIZE_BYTES = 4 * 2 ** 20

/** Of expert information of Wireshark: what is more than a remark. */
const WARNING = 0x60_0000

/** PDUs by the name of their opcode. */
type Counts = Readonly<Record<string, number>>

let scratch: Scratch
let daemon: Daemon
let client: ControlClient
beforeAll(async () => {
  scratch = await Scratch.create('trace')
  const store = { plugin: 'ramdisk', name: 'disk0', sizeBytes: SIZE_BYTES } as const
  daemon = await Daemon.start({ iqn: IQN, stores: [store] }, scratch.directory)
  client = new ControlClient({ path: scratch.path('control.sock') })
})
afterAll(async () => {
  await daemon.stop()
  await scratch.remove()
})

const traces = (): number => daemon.records.filter(({ audit }) => audit === 'trace').length

/** What `lunkit trace` writes into a file, and prints, while something is done. */
async function traced(file: string, args: readonly string[], work: () => Promise<unknown>): Promise<string> {
  const before = traces()
  const child = spawn(lunkit, [
    '--control',
    scratch.path('control.sock'),
    'trace',
    `--pcapng=${file}`,
    '--text',
    ...args,
  ])
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  const ended = once(child, 'exit')
  while (traces() === before) await passed(20)
  await work()
  // What was seen is told in the next turn, and read after it.
  await passed(1000)
  child.kill('SIGINT')
  const [code] = (await ended) as [number]
  const [out, err] = await printed
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

/** What tshark says of a file, which checks what it can. */
async function tshark(file: string, ...args: readonly string[]): Promise<string[]> {
  const checks = ['tcp.check_checksum:TRUE', 'ip.check_checksum:TRUE'].flatMap(each => ['-o', each])
  const port = `tcp.port==${daemon.address(0).port},iscsi`
  const { stdout } = await succeed(findTool('tshark'), ['-n', '-2', '-d', port, ...checks, '-r', file, ...args], {
    timeoutMs,
  })
  return stdout.split('\n').filter(line => line !== '')
}

/** How lunkitd's statistics call opcodes: `login_request`. */
const inSnakes = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(Opcode).map(([name, opcode]) => [opcode, inSnakes(name)]),
)

function counted(names: readonly (string | undefined)[]): Counts {
  const counts: Record<string, number> = {}
  for (const name of names) counts[String(name)] = (counts[String(name)] ?? 0) + 1
  return counts
}

/** The PDUs that tshark finds in a file. */
async function dissected(file: string): Promise<Counts> {
  const lines = await tshark(file, '-Y', 'iscsi', '-T', 'fields', '-e', 'iscsi.opcode')
  return counted(lines.flatMap(line => line.split(',')).map(each => NAMES.get(Number(each))))
}

/** The PDUs that lunkitd has counted. */
async function countedByDaemon(): Promise<Counts> {
  const { blocks } = await client.call('statistics', { blocks: ['portal'] })
  const { pdusReceived, pdusSent } = blocks.flatMap(({ rows }) => rows)[0]?.values ?? {}
  return { ...(pdusReceived as Counts), ...(pdusSent as Counts) }
}

/** What was counted meanwhile. */
async function during(work: () => Promise<unknown>): Promise<Counts> {
  const before = await countedByDaemon()
  await work()
  const after = await countedByDaemon()
  const grown = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return Object.fromEntries(grown.filter(([, count]) => count > 0))
}

/**
 * What Wireshark finds of a page of INQUIRY that ends where the initiator's allocation length does: QEMU asks for the first 64 bytes. It finds
 * the same in a capture of LIO and Linux (test/fixtures/lio).
 */
const SHORT_PAGE = /Inquiry Response Data\) \[Malformed Packet\]$/

/** What is wrong with a file in Wireshark's eyes, and the bytes that it takes for something else than iSCSI. */
async function complaints(file: string): Promise<string[]> {
  const found = [
    ...(await tshark(file, '-Y', `_ws.expert.severity >= ${WARNING} || _ws.malformed`)),
    ...(await tshark(file, '-Y', 'tcp.len > 0 && !iscsi && !tcp.reassembled_in')),
  ]
  return found.filter(line => !SHORT_PAGE.test(line))
}

/** A session of QEMU's with header digests, which writes and reads more than a segment of TCP, or a burst, holds. */
async function qemuIo(): Promise<void> {
  const { host, port } = daemon.address(0)
  const image = `driver=iscsi,transport=tcp,portal=${host}:${port},target=${IQN},lun=0,initiator-name=${HOST}`
  const commands = ['write -P 7 0 1M', 'read -P 7 0 1M', 'write -P 9 512 512', 'flush'].flatMap(each => ['-c', each])
  const options = `${image},header-digest=crc32c`
  await succeed(findTool('qemu-io'), ['--image-opts', ...commands, options], { timeoutMs })
}

describe('lunkit trace, opened by tshark', () => {
  it('of a login has every PDU from the first on as iSCSI, and no complaint', async () => {
    const file = scratch.path('login.pcapng')
    let sent: Counts = {}
    const out = await traced(file, [`--initiator=${HOST}`], async () => {
      sent = await during(qemuIo)
    })
    expect(await dissected(file)).toEqual(sent)
    expect(sent).toMatchObject({ login_request: 1, login_response: 1, logout_request: 1, logout_response: 1 })
    expect(sent['ready_to_transfer']).toBeGreaterThan(0)
    expect(await complaints(file)).toEqual([])
    const lines = out.split('\n').filter(line => line.startsWith('20'))
    expect(lines).toHaveLength(Object.values(sent).reduce((sum, count) => sum + count))
    expect(lines[0]).toMatch(/ > \S+ Login Request ITT=.* InitiatorName=iqn\.2026-11\.com\.example:host /)
    expect(out).toContain(`tshark -d tcp.port==${daemon.address(0).port},iscsi -r ${file}`)
  })

  it('has the bytes of data that are asked for where they were, and zeros for the rest', async () => {
    const file = scratch.path('data.pcapng')
    await traced(file, [`--initiator=${HOST}`, '--data=8'], qemuIo)
    const bytes = await tshark(file, '-Y', 'iscsi.opcode == 0x05', '-T', 'fields', '-e', 'tcp.reassembled.length')
    expect(bytes.length).toBeGreaterThan(0)
    const hex = await tshark(file, '-Y', 'iscsi.opcode == 0x05', '-x')
    expect(hex.join('\n')).toMatch(/07 07 07 07 07 07 07 07(?! 07)/)
  })

  it('of a session that was there begins with a whole PDU', async () => {
    const file = scratch.path('later.pcapng')
    const { host, port } = daemon.address(0)
    await using session = await connect({ host, port, target: IQN, initiatorName: HOST })
    const unit = session.lun(0)
    await unit.ready()
    await unit.write(0, Buffer.alloc(256 * 1024, 1))
    let sent: Counts = {}
    await traced(file, ['--lun=/backstores/ramdisk/disk0'], async () => {
      sent = await during(async () => {
        for (let block = 0; block < 100; block++) await unit.write(block, await unit.read(block, 1))
        await unit.write(0, Buffer.alloc(1024 * 1024, 3))
      })
    })
    expect(await dissected(file)).toEqual(sent)
    expect(await complaints(file)).toEqual([])
  })
})

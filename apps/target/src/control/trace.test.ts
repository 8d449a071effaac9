import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlPdu } from '@lunkit/control'
import type { Session } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withLun } from '../testing/client.ts'
import { type Managed, startManaged } from '../testing/managed.ts'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'

// Each test starts processes, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const HOST = 'iqn.2026-11.com.example:traced'
const rd = (name: string) => ({ plugin: 'ramdisk', name, size: 1024 * 1024 })
const TPG = `/iscsi/${TARGET_NAME}/tpg1`

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-trace-'))
})
afterEach(() => rm(directory, { recursive: true }))

const opcodeOf = ({ header }: ControlPdu): number => (Buffer.from(header, 'base64')[0] ?? 0) & 0x3f
const LOGIN = [0x03, 0x23]
const COMMAND = 0x01
const LOGOUT_RESPONSE = 0x26
const lunOf = ({ header }: ControlPdu): number => Buffer.from(header, 'base64').readUInt16BE(8)

/** Waits until the daemon has written down that a trace was asked for, which it does when it is on. */
const traceIsOn = ({ lunkitd }: Managed) => lunkitd.logged(({ audit }) => audit === 'trace')

type Given = Parameters<Managed['client']['trace']>[0]

/** The PDUs of a session that reads something of each LUN, up to the answer to its logout, or its last command. */
async function tracedSession(managed: Managed, given: Given, last = LOGOUT_RESPONSE): Promise<ControlPdu[]> {
  const { client, urls } = managed
  const loop = client.trace(given)
  const pdus: ControlPdu[] = []
  const reading = (async () => {
    for await (const told of loop) {
      pdus.push(...told.pdus)
      if (pdus.some(pdu => opcodeOf(pdu) === last)) return
    }
  })()
  await traceIsOn(managed)
  for (const url of urls) await withLun(url, unit => unit.readCapacity(), { initiatorName: HOST })
  await reading
  return pdus
}

describe('a trace through the control socket', () => {
  it('tells a session from its first Login Request to the answer to its logout', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const pdus = await tracedSession(managed, { initiator: HOST.toUpperCase().replace('IQN', 'iqn') })
    expect(pdus.slice(0, 2).map(opcodeOf)).toEqual(LOGIN)
    expect(opcodeOf(pdus.at(-1) as ControlPdu)).toBe(LOGOUT_RESPONSE)
    expect(pdus.every(({ target }) => target === new URL(managed.urls[0] ?? '').host)).toBe(true)
  })

  it.each([['/backstores/ramdisk/b'], ['ramdisk/b'], [`${TPG}/luns/lun1`]])(
    'of the LUN %s has the commands of its number, and no login',
    async lun => {
      await using managed = await startManaged(directory, saveConfig([rd('a'), rd('b')]), { luns: 2 })
      const pdus = await tracedSession(managed, { lun }, 0x21)
      const commands = pdus.filter(pdu => opcodeOf(pdu) === COMMAND)
      expect(commands.length).toBeGreaterThan(0)
      expect(new Set(commands.map(lunOf))).toEqual(new Set([1]))
      expect(pdus.some(pdu => LOGIN.includes(opcodeOf(pdu)))).toBe(false)
    },
  )

  it('of a LUN has the commands of a session that was there before it was mapped', async () => {
    const mapped_luns = [{ index: 0, tpg_lun: 0 }]
    const tpg = { node_acls: [{ node_wwn: HOST, mapped_luns }] }
    await using managed = await startManaged(directory, saveConfig([rd('a'), rd('b')], tpg), { luns: 2 })
    const { client, urls } = managed
    const use = async (_: unknown, session: Session): Promise<void> => {
      const loop = client.trace({ lun: '/backstores/ramdisk/b' })
      const first = loop.next()
      await traceIsOn(managed)
      const given = { target: TARGET_NAME, tag: 1, initiator: HOST, mapped_lun: 5, tpg_lun_or_backstore: 'ramdisk/b' }
      await client.call('edit', { edits: [{ name: 'createMappedLun', given }] })
      await session.lun(5).ready()
      expect((await first).value?.pdus.map(pdu => [opcodeOf(pdu), lunOf(pdu)])[0]).toEqual([COMMAND, 5])
      await loop.return()
    }
    await withLun(urls[0] ?? '', use, { initiatorName: HOST })
  })

  it.each([
    [{ lun: '/backstores/ramdisk/nope' }, 'is no LUN that is served'],
    [{ lun: `${TPG}/luns/lun7` }, 'is no LUN that is served'],
    [{ session: 'nope' }, 'is no session'],
  ])('of what is not there is none: %j', async (given, what) => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    await expect(managed.client.trace(given).next()).rejects.toMatchObject({ kind: 'notFound', what })
  })

  it('of a session that is there is by its id', async () => {
    await using managed = await startManaged(directory, saveConfig([rd('a')]))
    const { client, urls } = managed
    await withLun(
      urls[0] ?? '',
      async unit => {
        const [session] = (await client.call('sessions')).sessions
        const loop = client.trace({ session: session?.id ?? '' })
        const first = loop.next()
        await traceIsOn(managed)
        await unit.readCapacity()
        const told = await first
        expect(told.value?.pdus.map(opcodeOf)[0]).toBe(COMMAND)
        await loop.return()
      },
      { initiatorName: HOST },
    )
  })
})

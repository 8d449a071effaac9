import { encodeText, NopIn, Reject, ScsiCommand, TextRequest, TextResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { MemoryStream } from '../testing/memory-stream.ts'
import { bytesOf, settled, type TestClient } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget, type TestTargetOptions } from '../testing/test-target.ts'
import type { PortalAddress } from './portal-address.ts'
import type { PortalGroup } from './target.ts'

const RESERVED = 0xffff_ffff

function ask(client: TestClient, text: string, values: object = {}): void {
  const request = { final: true, initiatorTaskTag: 9, targetTransferTag: RESERVED, cmdSN: client.cmdSN++ }
  client.send(TextRequest, { ...request, ...values }, { data: Buffer.from(text) })
}

/** Every pair of the answer, in order. */
async function answerTo(client: TestClient, text: string): Promise<string[]> {
  ask(client, text)
  const { data } = await client.expect(TextResponse)
  return data.kind === 'text' ? data.pairs.map(pair => pair.join('=')) : []
}

/** A target whose portals count as open, by a connection that came to 192.0.2.1. */
async function discovering(options: TestTargetOptions = {}, local = '192.0.2.1') {
  const target = new TestTarget(options)
  target.open([
    { host: '192.0.2.1', port: 3260 },
    { host: '0.0.0.0', port: 3260 },
    { host: '::', port: 3260 },
    { host: '2001:db8::1', port: 3261 },
  ])
  const client = target.connect(new MemoryStream({ local }))
  await client.login({ keys: { SessionType: 'Discovery', TargetName: TARGET_NAME } })
  return { target, client }
}

const group = (target: TestTarget, tag: number, portals: PortalAddress[]): PortalGroup => ({
  ...target.group,
  tag,
  portals,
})

describe('SendTargets=All in a discovery session', () => {
  it('lists every target with its addresses and portal group tags', async () => {
    const { target, client } = await discovering()
    target.server.define({
      name: 'iqn.2026-11.io.lunkit:other',
      portalGroups: [
        group(target, 1, [{ host: '192.0.2.1', port: 3260 }]),
        group(target, 2, [{ host: '2001:db8::1', port: 3261 }]),
      ],
    })
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      'TargetAddress=192.0.2.1:3260,1',
      'TargetName=iqn.2026-11.io.lunkit:other',
      'TargetAddress=192.0.2.1:3260,1',
      'TargetAddress=[2001:db8::1]:3261,2',
    ])
  })

  it('names a portal for every address by the one that the connection came in on', async () => {
    const { client } = await discovering({
      group: {
        portals: [
          { host: '192.0.2.1', port: 3260 },
          { host: '0.0.0.0', port: 3260 },
        ],
      },
    })
    expect(await answerTo(client, 'SendTargets=All\0')).toContain('TargetAddress=192.0.2.1:3260,1')
  })

  it('names a portal for every IPv6 address with brackets, and leaves IPv4 ones out', async () => {
    const portals = [
      { host: '192.0.2.1', port: 3260 },
      { host: '0.0.0.0', port: 3260 },
      { host: '::', port: 3260 },
    ]
    const { client } = await discovering({ group: { portals } }, '2001:db8::9')
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      'TargetAddress=192.0.2.1:3260,1',
      'TargetAddress=[2001:db8::9]:3260,1',
    ])
  })

  it.each([
    ['IPv4', '192.0.2.1', '192.0.2.1:3260'],
    ['IPv6', '2001:db8::9', '[2001:db8::9]:3260'],
  ])('tells an address once that several portals of a group have, over %s', async (_family, local, address) => {
    const hosts = ['0.0.0.0', '::', local]
    const { client, target } = await discovering(
      { group: { portals: hosts.map(host => ({ host, port: 3260 })) } },
      local,
    )
    target.open([{ host: local, port: 3260 }])
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      `TargetAddress=${address},1`,
    ])
  })

  it.each(['fe80::1%eth0', 'fe80::1%2'])('tells no interface of its own with a link-local address: %s', async local => {
    const { client } = await discovering({ group: { portals: [{ host: '::', port: 3260 }] } }, local)
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      'TargetAddress=[fe80::1]:3260,1',
    ])
  })

  it('tells a link-local portal to those on its link alone', async () => {
    const portals = [
      { host: 'fe80::1%eth0', port: 3260 },
      { host: 'fe80::2%eth1', port: 3260 },
      { host: '192.0.2.1', port: 3260 },
    ]
    for (const [local, told] of [
      ['fe80::7%eth0', ['[fe80::1]:3260,1']],
      ['fe80::7%eth1', ['[fe80::2]:3260,1']],
      ['2001:db8::7', []],
      ['192.0.2.1', []],
    ] as const) {
      const { client, target } = await discovering({ group: { portals } }, local)
      target.open(portals)
      const addresses = (await answerTo(client, 'SendTargets=All\0')).slice(1)
      expect(addresses).toEqual([...told, '192.0.2.1:3260,1'].map(each => `TargetAddress=${each}`))
    }
  })

  it('tells a loopback portal to the machine itself alone', async () => {
    const portals = ['127.0.0.5', '::1', '192.0.2.1'].map(host => ({ host, port: 3260 }))
    for (const [local, told] of [
      ['127.0.0.1', ['127.0.0.5:3260', '[::1]:3260', '192.0.2.1:3260']],
      ['::1', ['127.0.0.5:3260', '[::1]:3260', '192.0.2.1:3260']],
      ['192.0.2.1', ['192.0.2.1:3260']],
    ] as const) {
      const { client, target } = await discovering({ group: { portals } }, local)
      target.open(portals)
      const addresses = (await answerTo(client, 'SendTargets=All\0')).slice(1)
      expect(addresses).toEqual(told.map(each => `TargetAddress=${each},1`))
    }
  })

  it('tells an address by the group that a login there leads to', async () => {
    const { target, client } = await discovering()
    const wide = group(target, 1, [{ host: '::', port: 3260 }])
    const close = group(target, 2, [{ host: '192.0.2.1', port: 3260 }])
    for (const portalGroups of [
      [wide, close],
      [close, wide],
    ]) {
      target.server.define({ name: TARGET_NAME, portalGroups })
      expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
        `TargetName=${TARGET_NAME}`,
        'TargetAddress=192.0.2.1:3260,2',
      ])
      const session = await target.loggedIn()
      expect(target.server.sessions.at(-1)).toMatchObject({ discovery: false, targetPortalGroupTag: 2 })
      session.stream.hangUp()
    }
  })

  it('tells an address by the enabled group where the portal of a disabled one is closer', async () => {
    const { target, client } = await discovering()
    const wide = group(target, 1, [{ host: '0.0.0.0', port: 3260 }])
    const close = {
      ...group(target, 2, [{ host: '192.0.2.1', port: 3260 }]),
      enabled: false,
      listedWhileDisabled: true,
    }
    target.server.define({ name: TARGET_NAME, portalGroups: [close, wide] })
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      'TargetAddress=192.0.2.1:3260,1',
    ])
    await target.loggedIn()
    expect(target.server.sessions.at(-1)).toMatchObject({ targetPortalGroupTag: 1 })
  })

  it('leaves out portals that are not open', async () => {
    const { client } = await discovering({
      group: {
        portals: [
          { host: '192.0.2.1', port: 3260 },
          { host: '192.0.2.2', port: 3260 },
        ],
      },
    })
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([
      `TargetName=${TARGET_NAME}`,
      'TargetAddress=192.0.2.1:3260,1',
    ])
  })

  it('leaves out disabled portal groups unless they are to be listed', async () => {
    const { target, client } = await discovering()
    for (const listedWhileDisabled of [false, true]) {
      const portalGroups = [{ ...target.group, enabled: false, listedWhileDisabled }]
      target.server.define({ name: TARGET_NAME, portalGroups })
      expect(await answerTo(client, 'SendTargets=All\0')).toHaveLength(listedWhileDisabled ? 2 : 0)
    }
  })

  it('hides targets from initiators that may not log in, without demo mode discovery', async () => {
    const { target, client } = await discovering()
    const show = (demoModeDiscovery: boolean, allowed: boolean) =>
      target.server.define({
        name: TARGET_NAME,
        portalGroups: [
          {
            ...target.group,
            demoModeDiscovery,
            access: (...who) => (allowed ? target.group.access(...who) : undefined),
          },
        ],
      })
    show(true, false)
    expect(await answerTo(client, 'SendTargets=All\0')).toHaveLength(2)
    show(false, false)
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual([])
    show(false, true)
    expect(await answerTo(client, 'SendTargets=All\0')).toHaveLength(2)
  })
})

describe('SendTargets', () => {
  it('with a name lists that target alone', async () => {
    const { target, client } = await discovering()
    target.server.define({ name: 'iqn.2026-11.io.lunkit:other', portalGroups: [target.group] })
    expect(await answerTo(client, 'SendTargets=iqn.2026-11.io.lunkit:OTHER\0')).toEqual([
      'TargetName=iqn.2026-11.io.lunkit:other',
      'TargetAddress=192.0.2.1:3260,1',
    ])
    expect(await answerTo(client, 'SendTargets=iqn.2026-11.io.lunkit:none\0')).toEqual([])
  })

  it('with no value lists the target of the session', async () => {
    const { client } = await discovering()
    expect(await answerTo(client, 'SendTargets=\0')).toHaveLength(2)
  })

  it('in a normal session lists no other target, whatever is asked for', async () => {
    const target = new TestTarget()
    target.open(target.group.portals)
    target.server.define({ name: 'iqn.2026-11.io.lunkit:other', portalGroups: [target.group] })
    const client = await target.loggedIn()
    const own = [`TargetName=${TARGET_NAME}`, 'TargetAddress=192.0.2.1:3260,1']
    expect(await answerTo(client, 'SendTargets=\0')).toEqual(own)
    expect(await answerTo(client, `SendTargets=${TARGET_NAME}\0`)).toEqual(own)
    expect(await answerTo(client, 'SendTargets=All\0')).toEqual(own)
    expect(await answerTo(client, 'SendTargets=iqn.2026-11.io.lunkit:other\0')).toEqual([])
  })

  it('with a value that names nothing is rejected', async () => {
    const { client } = await discovering()
    ask(client, 'SendTargets=Alle\0')
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })

  it('beside another key is rejected', async () => {
    const { client } = await discovering()
    ask(client, 'SendTargets=All\0InitiatorAlias=me\0')
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })

  it('is answered in pieces that fit the initiator, under a tag to ask for the next with', async () => {
    const target = new TestTarget()
    target.open(target.group.portals)
    const names = Array.from({ length: 40 }, (_, i) => `iqn.2026-11.io.lunkit:disk-${i}`)
    for (const name of names) target.server.define({ name, portalGroups: [target.group] })
    const client = target.connect()
    await client.login({ keys: { SessionType: 'Discovery', MaxRecvDataSegmentLength: '512' } })
    const parts: Buffer[] = []
    let targetTransferTag: number = RESERVED
    ask(client, 'SendTargets=All\0')
    for (let last = false; !last; ) {
      const packet = await client.expect(TextResponse)
      const { final, continues, dataSegmentLength } = packet.values
      targetTransferTag = packet.values.targetTransferTag
      expect([continues, targetTransferTag === RESERVED]).toEqual([!final, final])
      expect(dataSegmentLength).toBeLessThanOrEqual(512)
      parts.push(packet.data.kind === 'text' ? Buffer.from(encodeText(packet.data.pairs)) : bytesOf(packet))
      last = final
      if (!last) ask(client, '', { targetTransferTag })
    }
    const text = Buffer.concat(parts).toString()
    for (const name of names) expect(text).toContain(`TargetName=${name}\0TargetAddress=192.0.2.1:3260,1\0`)
  })
})

describe('a discovery session', () => {
  it('may name no target', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Discovery' })
    await settled()
    expect(target.server.sessions).toMatchObject([{ discovery: true, targetName: '', targetPortalGroupTag: 1 }])
    expect(target.hand.nexuses).toEqual([])
  })

  it('that names no target is served by the same group in whatever order there were targets', async () => {
    const names = ['iqn.2026-11.io.lunkit:a', 'iqn.2026-11.io.lunkit:b', 'iqn.2026-11.io.lunkit:c']
    for (const order of [names, names.toReversed()]) {
      const target = new TestTarget()
      await target.server.remove(TARGET_NAME)
      for (const name of order) {
        const host = name.endsWith('a') ? '0.0.0.0' : '192.0.2.1'
        const tag = names.indexOf(name) + 1
        target.server.define({ name, portalGroups: [group(target, tag, [{ host, port: 3260 }])] })
      }
      const client = target.connect()
      client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Discovery' })
      await settled()
      expect(target.server.sessions).toMatchObject([{ discovery: true, targetPortalGroupTag: 2 }])
    }
  })

  it('takes no SCSI commands', async () => {
    const { client } = await discovering()
    client.send(ScsiCommand, { final: true, cmdSN: 1, initiatorTaskTag: 3 })
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })

  it('answers a ping, as initiators expect it to', async () => {
    const { client } = await discovering()
    client.ping()
    expect((await client.expect(NopIn)).values.initiatorTaskTag).toBe(0xabcd)
  })

  it('ends when it has been idle for long', async () => {
    const { target, client } = await discovering({ limits: { discoveryIdleMs: 10_000 } })
    await target.pass(9000)
    expect(client.stream.closed).toBe(false)
    await target.pass(7000)
    expect(client.stream.closed).toBe(true)
    expect(target.events.at(-1)).toMatchObject({ kind: 'sessionEnded', why: 'idle' })
  })

  it('without a target replaces only one that came to the same address, RFC 7143 7.4.2.1', async () => {
    const target = new TestTarget()
    const keys = { InitiatorName: 'iqn.2026-11.example:host', SessionType: 'Discovery' }
    const [first, second, third] = [new MemoryStream(), new MemoryStream({ local: '192.0.2.2' }), new MemoryStream()]
    for (const stream of [first, second, third]) {
      target.connect(stream).requestLogin(keys)
      await settled()
    }
    expect([first, second, third].map(({ closed }) => closed)).toEqual([true, false, false])
  })
})

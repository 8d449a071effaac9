import {
  encodeText,
  LogoutRequest,
  LogoutResponse,
  RESERVED_TAG,
  type TextPair,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { discover } from './discover.ts'
import { ProtocolError } from './error.ts'
import { RawConnection } from './raw-connection.ts'
import { memoryPair } from './testing/memory-transport.ts'
import { ScriptedTarget, textOf } from './testing/scripted-target.ts'

/** Asks a target that answers with these pairs; what it was asked. */
async function discovering(answer: TextPair[], sendTargets?: string, host = 'memory') {
  const [near, far] = memoryPair()
  const target = new ScriptedTarget(await RawConnection.open(far))
  const found = discover({ host, transport: near, strict: true }, sendTargets)
  found.catch(() => undefined)
  await target.acceptLogin({ TargetPortalGroupTag: 1 })
  const request = await target.raw.expect(TextRequest)
  const { initiatorTaskTag } = request.values
  target.answer(
    TextResponse,
    { initiatorTaskTag, final: true, targetTransferTag: RESERVED_TAG },
    { data: encodeText(answer) },
  )
  const logout = await target.raw.expect(LogoutRequest)
  target.answer(LogoutResponse, { initiatorTaskTag: logout.values.initiatorTaskTag })
  return { asked: textOf(request), found }
}

describe('discovery', () => {
  it('lists targets with their portals', async () => {
    const { asked, found } = await discovering([
      ['TargetName', 'iqn.a'],
      ['TargetAddress', '192.0.2.1:3260,1'],
      ['TargetAddress', '[2001:db8::1]:3261,2'],
      ['TargetName', 'iqn.b'],
    ])
    expect(asked).toEqual([['SendTargets', 'All']])
    expect(await found).toEqual([
      {
        name: 'iqn.a',
        portals: [
          { host: '192.0.2.1', port: 3260, portalGroupTag: 1 },
          { host: '2001:db8::1', port: 3261, portalGroupTag: 2 },
        ],
      },
      { name: 'iqn.b', portals: [] },
    ])
  })

  it('finds link-local portals on the link on which it asked', async () => {
    const { found } = await discovering(
      [
        ['TargetName', 'iqn.a'],
        ['TargetAddress', '[fe80::1]:3260,1'],
        ['TargetAddress', '[2001:db8::1]:3260,1'],
      ],
      'All',
      'fe80::9%eth0',
    )
    expect((await found)[0]?.portals.map(({ host }) => host)).toEqual(['fe80::1%eth0', '2001:db8::1'])
  })

  it('asks for one target when it is told to', async () => {
    const { asked, found } = await discovering([], 'iqn.2026-11.io.lunkit:a')
    expect(asked).toEqual([['SendTargets', 'iqn.2026-11.io.lunkit:a']])
    expect(await found).toEqual([])
  })

  it.each(['192.0.2.1:65536', '192.0.2.1:0', '2001:db8::1', '192.0.2.1:3260,65536', ':3260', ''])(
    'blames the target, not its caller, for the address %j',
    async address => {
      const { found } = await discovering([
        ['TargetName', 'iqn.a'],
        ['TargetAddress', address],
      ])
      await expect(found).rejects.toThrow(ProtocolError)
      await expect(found).rejects.toThrow(`TargetAddress: ${JSON.stringify(address)} is no portal: an address, then`)
    },
  )

  it('refuses an address without a target, and a question that was refused', async () => {
    await expect((await discovering([['TargetAddress', '192.0.2.1']])).found).rejects.toThrow(
      'before the first TargetName',
    )
    await expect((await discovering([['SendTargets', 'Reject']])).found).rejects.toThrow(
      'SendTargets=All was answered with Reject',
    )
  })
})

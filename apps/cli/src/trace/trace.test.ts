import { readFileSync, statSync } from 'node:fs'
import type { ControlPdu, ControlTrace } from '@lunkit/control/client'
import { DataIn, NopOut, R2T, ScsiResponse } from '@lunkit/pdu'
import { encodeSense, Sense } from '@lunkit/scsi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench, type Run, type RunOptions } from '../testing/cli-bench.ts'
import { blocksOf, framesOf } from '../testing/pcapng-reader.ts'
import { command, LUN_3, loginOf, pduOf } from '../testing/traced-pdus.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

/** What the program does with what a trace tells, until the daemon ends. */
async function traced(
  told: readonly ControlTrace[],
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Run> {
  bench.model.traces.push(...told)
  const running = bench.run(['trace', ...args], options)
  while (!bench.model.isTraced) await new Promise(resolve => setImmediate(resolve))
  await bench.stop()
  return running
}

const linesOf = async (...pdus: readonly ControlPdu[]): Promise<readonly string[]> => {
  const { out } = await traced([{ lost: 0, pdus: [...pdus] }])
  return out.map(line => line.replace(/^\S+ \S+ [<>] \S+ /, ''))
}

describe('a line of a trace', () => {
  it('says when a PDU was seen to the nanosecond, between whom, and which way it went', async () => {
    const { out } = await traced([{ lost: 0, pdus: [command([0]), pduOf(R2T, {})] }])
    expect(out.map(line => line.slice(0, 79))).toEqual([
      '2026-11-30T00:53:20.000000001Z 192.0.2.7:40000 > 192.0.2.1:3260 SCSI Command IT',
      '2026-11-30T00:53:20.000000001Z 192.0.2.7:40000 < 192.0.2.1:3260 R2T ITT=0x0 TTT',
    ])
  })

  it('names a command, its LUN and how much data it expects', async () => {
    expect(
      await linesOf(
        command([0x28, 0, 0, 0, 0, 9, 0, 0, 1, 0], { read: true, final: true, expectedDataTransferLength: 512 }),
      ),
    ).toEqual([
      'SCSI Command ITT=0x7 CmdSN=5 ExpStatSN=0 LUN=3 final READ (10) CDB=28000000000900000100 ExpectedDataTransferLength=512',
    ])
  })

  it('tells service actions apart, and shows the bytes of a command that nobody knows', async () => {
    const lines = await linesOf(command([0x9e, 0x10]), command([0xc1, 2]))
    expect(lines[0]).toContain(' READ CAPACITY (16) CDB=9e10')
    expect(lines[1]).toContain(' CDB=c102')
  })

  it('shows the bytes of sense that is none, and nothing of what is too short to be any', async () => {
    const failed = { status: 2, initiatorTaskTag: 7 } as const
    const lines = await linesOf(
      pduOf(ScsiResponse, failed, { data: Buffer.from('0004deadbeef', 'hex') }),
      pduOf(ScsiResponse, failed, { data: Buffer.from('00', 'hex') }),
    )
    expect(lines[0]).toMatch(/ data=6 sense=deadbeef$/)
    expect(lines[1]).toMatch(/ data=1$/)
  })

  it('says a status where there is one, and sense in words', async () => {
    const sense = encodeSense({ code: Sense.writeProtected }, false)
    const segment = Buffer.concat([Uint8Array.of(0, sense.length), sense])
    const lines = await linesOf(
      pduOf(ScsiResponse, { initiatorTaskTag: 7, status: 2 }, { data: segment }),
      pduOf(DataIn, { lun: LUN_3, hasStatus: true }, { data: Buffer.alloc(4), dataLength: 512 }),
      pduOf(DataIn, { lun: LUN_3 }, { data: Buffer.alloc(4), dataLength: 512, digestRight: false }),
    )
    expect(lines[0]).toMatch(/ status=CHECK CONDITION data=20 sense=\(write protected\)$/)
    expect(lines[1]).toMatch(/ S status=GOOD data=512 00000000\.\.\.$/)
    expect(lines[2]).toMatch(/ BufferOffset=0 data=512 with a wrong digest 00000000\.\.\.$/)
  })

  it('has the pairs of a text', async () => {
    expect(
      (
        await linesOf(
          loginOf([
            ['InitiatorName', 'iqn.a'],
            ['CHAP_R', '****'],
          ]),
        )
      )[0],
    ).toMatch(/ CSG=1 NSG=3 TSIH=0 CID=0 data=32 InitiatorName=iqn\.a CHAP_R=\*\*\*\*$/)
  })

  it('cannot speak to the terminal', async () => {
    const [line] = await linesOf(loginOf([['InitiatorAlias', '\u001b[31m\n']]))
    expect(line).not.toContain('\u001b')
    expect(line).toContain('InitiatorAlias=')
  })

  it('is JSON for programs', async () => {
    const { out } = await traced([{ lost: 0, pdus: [command([0])] }])
    await bench.restart()
    bench.model.traces.push({ lost: 0, pdus: [command([0])] })
    const running = bench.run(['--json', 'trace'])
    while (!bench.model.isTraced) await new Promise(resolve => setImmediate(resolve))
    await bench.stop()
    const said = JSON.parse((await running).out[0] ?? '') as object
    expect(said).toMatchObject({ from: 'initiator', header: command([0]).header, line: out[0] })
  })

  it('says how many PDUs are missing before it', async () => {
    const { out } = await traced([{ lost: 7, pdus: [command([0])] }])
    expect(out[0]).toBe('7 PDUs were lost here: they came faster than they were taken')
  })
})

describe('what is traced', () => {
  it('is asked of the daemon', async () => {
    await traced([], ['--initiator=iqn.2026-11.com.example:host', '--lun=/backstores/fileio/a', '--data=4k'])
    expect(bench.model.traced).toEqual([
      { initiator: 'iqn.2026-11.com.example:host', lun: '/backstores/fileio/a', data: 4096 },
    ])
  })

  it('ends when its time is over', async () => {
    const { code, err } = await bench.run(['trace', '--seconds=3'])
    expect({ code, err, now: bench.clock.now() }).toEqual({ code: 0, err: [], now: 3000 })
  })

  it('is refused to scripts, where it would not end', async () => {
    expect((await bench.run(['targetcli', 'trace'])).err[0]).toBe('Command not found trace')
  })
})

describe('a trace for Wireshark', () => {
  const file = (): string => bench.path('a.pcapng')

  it('begins with TCP where it begins with a login, and has each PDU in a frame of its own', async () => {
    const { out } = await traced(
      [{ lost: 0, pdus: [loginOf([]), pduOf(NopOut, {}, { offset: 48 })] }],
      [`--pcapng=${file()}`],
    )
    expect(out).toEqual([`2 PDUs in ${file()}.`, `To read it: tshark -r ${file()}`])
    expect(
      framesOf(readFileSync(file())).map(({ flags, sequence, payload }) => [flags, sequence, payload.length]),
    ).toEqual([
      ['syn', 0, 0],
      ['syn ack', 0, 0],
      ['ack', 1, 0],
      ['psh ack', 1, 48],
      ['psh ack', 49, 48],
    ])
  })

  it('is a file that nobody else may read', async () => {
    await traced([], [`--pcapng=${file()}`])
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('cuts what is longer than a segment, and puts zeros in the place of what is not shown', async () => {
    const long = pduOf(DataIn, {}, { data: Buffer.from('abcd'), dataLength: 3001, offset: 1000 })
    await traced([{ lost: 0, pdus: [long] }], [`--pcapng=${file()}`])
    const frames = framesOf(readFileSync(file()))
    expect(frames.map(({ sequence, payload }) => [sequence, payload.length])).toEqual([
      [1001, 1460],
      [2461, 1460],
      [3921, 132],
    ])
    const bytes = Buffer.concat(frames.map(({ payload }) => payload))
    expect(bytes.subarray(48, 52).toString()).toBe('abcd')
    expect(bytes.subarray(52).every(byte => byte === 0)).toBe(true)
  })

  it('acknowledges what the other side has said', async () => {
    const pdus = [
      command([0], {}, { offset: 480 }),
      pduOf(ScsiResponse, {}, { offset: 96 }),
      command([0], {}, { offset: 528 }),
    ]
    await traced([{ lost: 0, pdus }], [`--pcapng=${file()}`])
    expect(framesOf(readFileSync(file())).map(({ sequence, acknowledged }) => [sequence, acknowledged])).toEqual([
      [481, 1],
      [97, 529],
      [529, 145],
    ])
  })

  it('has digests that fit what is in it, and one that does not where one came that did not', async () => {
    const digests = { headerDigest: true, dataDigest: true, dataLength: 4, data: Buffer.from('abcd') }
    const pdus = [pduOf(NopOut, {}, digests), pduOf(NopOut, {}, { ...digests, digestRight: false, offset: 60 })]
    await traced([{ lost: 0, pdus }], [`--pcapng=${file()}`])
    const [right, wrong] = framesOf(readFileSync(file())).map(({ payload }) => payload)
    expect([right?.length, right?.toString('hex', 52, 56)]).toEqual([60, '61626364'])
    expect(right?.toString('hex', 56)).toBe('310ac892')
    expect(wrong?.toString('hex', 56)).toBe('300ac892')
    expect(wrong?.subarray(0, 56)).toEqual(right?.subarray(0, 56))
  })

  it('is of IPv6 where the connection is', async () => {
    const six = { initiator: '[2001:db8::7]:40000', target: '[::ffff:192.0.2.1]:860' }
    const { out } = await traced([{ lost: 0, pdus: [pduOf(NopOut, {}, six)] }], [`--pcapng=${file()}`])
    expect(framesOf(readFileSync(file()))).toMatchObject([
      { from: '20010db8000000000000000000000007:40000', to: '00000000000000000000ffffc0000201:860' },
    ])
    expect(out[1]).toBe(`To read it: tshark -d tcp.port==860,iscsi -r ${file()}`)
  })

  it('leaves a gap where PDUs were lost, says so beside the next, and counts them at its end', async () => {
    const { out } = await traced(
      [
        { lost: 0, pdus: [command([0])] },
        { lost: 9, pdus: [command([0], {}, { offset: 480 })] },
      ],
      [`--pcapng=${file()}`],
    )
    expect(out[1]).toBe('9 PDUs were lost: they came faster than they were written.')
    const [first, second] = framesOf(readFileSync(file()))
    expect([first?.comment, second?.comment, second?.sequence]).toEqual([
      undefined,
      '9 PDUs before this one were lost',
      481,
    ])
    expect(blocksOf(readFileSync(file())).at(-1)).toMatchObject({ type: 5 })
  })

  it('begins a connection anew where another one has its addresses', async () => {
    await traced([{ lost: 0, pdus: [loginOf([]), loginOf([])] }], [`--pcapng=${file()}`])
    expect(framesOf(readFileSync(file())).filter(({ flags }) => flags === 'syn')).toHaveLength(2)
  })

  it('goes to standard output, and what is said of it elsewhere', async () => {
    const written: Buffer[] = []
    const { out, err } = await traced([{ lost: 0, pdus: [command([0])] }], ['--pcapng=-'], { written })
    expect({ out, err }).toEqual({ out: [], err: ['1 PDUs in -.'] })
    expect(framesOf(Buffer.concat(written))).toHaveLength(1)
  })

  it('is refused where it cannot be written', async () => {
    const { err, code } = await bench.run(['trace', `--pcapng=${bench.path('none/a')}`])
    expect({ code, err: err[0] }).toEqual({ code: 1, err: `Cannot write ${bench.path('none/a')}` })
  })
})

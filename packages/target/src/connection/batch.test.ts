import { DataIn, NopIn, NopOut, ScsiCommand } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { TestTarget } from '../testing/test-target.ts'

/** A batch that writes down what it hears, and does at its end what a test has put off. */
function heard() {
  const log: string[] = []
  const putOff: (() => void)[] = []
  const batch = {
    begin: () => void log.push('begin'),
    end: () => {
      log.push('end')
      for (const run of putOff.splice(0)) run()
    },
  }
  return { batch, log, putOff }
}

describe('what is put off while PDUs are decoded', () => {
  it('is done between the last PDU of a read and the write of what came of all of them', async () => {
    const { batch, log, putOff } = heard()
    const target = new TestTarget({ batch })
    const client = target.connect()
    await client.login()
    log.length = 0
    const before = client.stream.writes
    target.hand.onTask = task => {
      log.push('command')
      putOff.push(() => {
        log.push('data')
        task.dataLength(4)
        task.send(Buffer.from('data'))
        task.finish(Status.good)
      })
    }
    const read = (tag: number) =>
      client.bytesOf(ScsiCommand, {
        final: true,
        read: true,
        initiatorTaskTag: tag,
        expectedDataTransferLength: 4,
        cmdSN: client.cmdSN++,
      })
    client.stream.feed(Buffer.concat([read(1), read(2)]))
    expect(log).toEqual(['begin', 'command', 'command', 'end', 'data', 'data'])
    expect(client.stream.writes).toBe(before + 1)
    expect([client.take(DataIn), client.take(DataIn)].map(({ values }) => values.initiatorTaskTag)).toEqual([1, 2])
  })

  it('is done also where a PDU ends the connection', async () => {
    const { batch, log, putOff } = heard()
    const target = new TestTarget({ batch })
    const client = target.connect()
    await client.login()
    log.length = 0
    putOff.push(() => log.push('done'))
    const tooLong = client.bytesOf(NopOut, { final: true, initiatorTaskTag: 1 })
    tooLong.writeUIntBE(0xff_ffff, 5, 3)
    client.stream.feed(tooLong)
    expect(log).toEqual(['begin', 'end', 'done'])
    expect(client.stream.closed).toBe(true)
  })

  it('begins and ends anew for what had to wait for its turn', async () => {
    const { batch, log } = heard()
    const target = new TestTarget({ batch, limits: { pdusPerTurn: 1 } })
    const client = target.connect()
    await client.login()
    log.length = 0
    const ping = (tag: number) =>
      client.bytesOf(NopOut, { final: true, immediate: true, initiatorTaskTag: tag, cmdSN: client.cmdSN })
    client.stream.feed(Buffer.concat([ping(1), ping(2)]))
    expect(log).toEqual(['begin', 'end'])
    await client.expect(NopIn)
    await client.expect(NopIn)
    expect(log).toEqual(['begin', 'end', 'begin', 'end'])
  })
})

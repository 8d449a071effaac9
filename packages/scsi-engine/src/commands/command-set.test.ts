import { cdb, Read10, TestUnitReady } from '@lunkit/scsi'
import { u8 } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { disk } from '../device-types/disk.ts'
import { Order } from '../task/ordering.ts'
import { Access, type Command, command } from './command.ts'
import { CommandSet, Unknown } from './command-set.ts'

const row = (of: Command['cdb']) =>
  command({ cdb: of, data: 'none', access: Access.any, order: Order.free, run: execution => execution.good() })
const withAction = (serviceAction: number) =>
  row(
    cdb({ name: `A3h/${serviceAction}`, spec: 'test', opcode: 0xa3, serviceAction, size: 12, fields: { page: u8(2) } }),
  )

describe('a command set', () => {
  it('finds a row by operation code, and by service action where there are any', () => {
    const set = new CommandSet([row(Read10), withAction(5), withAction(6)])
    expect(set.find(Uint8Array.of(0x28, 0xff))).toMatchObject({ cdb: { name: 'READ (10)' } })
    expect(set.find(Uint8Array.of(0xa3, 0xe5))).toMatchObject({ cdb: { name: 'A3h/5' } })
    expect(set.find(Uint8Array.of(0xa3, 0x07))).toBe(Unknown.serviceAction)
    expect(set.find(Uint8Array.of(0x29, 0x00))).toBe(Unknown.opcode)
  })

  it('lists its rows by operation code and service action', () => {
    const set = new CommandSet([withAction(6), row(Read10), withAction(5), row(TestUnitReady)])
    expect(set.rows.map(({ cdb: { name } }) => name)).toEqual(['TEST UNIT READY', 'READ (10)', 'A3h/5', 'A3h/6'])
  })

  it('refuses data of the other way, but not for a row that runs contrary to its CDB', () => {
    const refused = (data: Command['data'], runsContrary?: boolean) => {
      const set = new CommandSet([{ ...row(Read10), data, ...(runsContrary && { runsContrary }) }])
      const found = set.find(Uint8Array.of(0x28, 0))
      return typeof found === 'string' ? found : [found.refusesDataOut, found.refusesDataIn]
    }
    expect([refused('in'), refused('out'), refused('none')]).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ])
    expect([refused('in', true), refused('out', true)]).toEqual([
      [false, false],
      [false, false],
    ])
  })

  it('does not load with two rows for one command', () => {
    expect(() => new CommandSet([row(Read10), row(Read10)])).toThrow('READ (10): operation code 28h is taken')
    expect(() => new CommandSet([withAction(5), withAction(5)])).toThrow('service action 5h of a3h is taken')
    const plain = row(cdb({ name: 'A3h', spec: 'test', opcode: 0xa3, size: 12, fields: { page: u8(2) } }))
    expect(() => new CommandSet([plain, withAction(5)])).toThrow('taken by A3h without service actions')
    expect(() => new CommandSet([withAction(5), plain])).toThrow('operation code a3h is taken')
  })

  it('of disks has every command that changes the medium under write access', () => {
    const writing = disk.commands.rows.filter(({ access }) => access === Access.write).map(({ cdb: { name } }) => name)
    expect(writing).toEqual([
      'WRITE (6)',
      'WRITE (10)',
      'WRITE AND VERIFY (10)',
      'WRITE SAME (10)',
      'UNMAP',
      'COMPARE AND WRITE',
      'WRITE (16)',
      'WRITE AND VERIFY (16)',
      'WRITE SAME (16)',
      'WRITE (12)',
      'WRITE AND VERIFY (12)',
    ])
  })
})

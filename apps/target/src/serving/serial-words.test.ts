import { describe, expect, it } from 'vitest'
import type { DiskSerial } from './found-serials.ts'
import { explainSerials, logSerials } from './serial-words.ts'

/** The lines of the log for one disk, and those of `--check`. */
function said(found: DiskSerial) {
  const serials = new Map([['ramdisk/d', found]])
  const logged: string[] = []
  const log = {
    info: (_facts: object, text: string) => logged.push(`info: ${text}`),
    warn: (_facts: object, text: string) => logged.push(`warn: ${text}`),
  }
  logSerials(serials, '/state', log as never)
  return { logged, checked: explainSerials(serials, '/state') }
}

describe('a serial number that the configuration gives', () => {
  it.each([
    ['xyz', 'no hex digit'],
    ['x1', '1 hex digit'],
    ['x1-2', '2 hex digits'],
    ['0123456789a', '11 hex digits'],
  ])('is weak with too few hex digits: %s', (serial, has) => {
    const { logged, checked } = said({ serial, origin: 'given' })
    const text = `ramdisk/d: the serial number "${serial}" has ${has}, and its NAA designator nothing else: so has that of any`
    expect(logged).toEqual([expect.stringContaining(`warn: ${text}`)])
    expect(checked[2]).toContain(`  ${text}`)
    expect(checked).toHaveLength(3)
  })

  it('is nothing to speak of with twelve', () => {
    expect(said({ serial: '0123456789AB', origin: 'given' })).toEqual({ logged: [], checked: [] })
  })
})

describe('a serial number that nobody gives', () => {
  it.each<[DiskSerial, string]>([
    [{ serial: 'A1', origin: 'made' }, 'info: ramdisk/d: the serial number A1 was made, and is kept in /state'],
    [{ serial: 'A1', origin: 'kept' }, 'info: ramdisk/d: its serial number A1 was made before, and is kept in /state'],
    [
      { serial: undefined, origin: 'derived' },
      'warn: ramdisk/d: its serial number is made of this machine and of its file, because no state directory can be used: ' +
        'it is another one when the file is replaced or the machine renamed; right is a wwn, or --state DIR',
    ],
    [
      { serial: 'A1', origin: 'derived' },
      'warn: ramdisk/d: its serial number A1 is made of this machine, the configuration file and its name, because no state ' +
        'directory can be used: it is another one when one of them changes, and a machine that is a copy of this one has ' +
        'the same; right is a wwn, or --state DIR',
    ],
  ])('is told with where it comes from: %o', (found, line) => {
    expect(said(found).logged).toEqual([line])
  })

  it('is foreseen with where it will be kept, or is kept', () => {
    const title = 'Serial numbers (wwn) that the configuration does not give, or that may not be unique:'
    expect(said({ serial: 'A1', origin: 'made' }).checked).toEqual([
      '',
      title,
      '  ramdisk/d: one will be made, and kept in /state',
    ])
    expect(explainSerials(new Map([['d', { serial: 'A1', origin: 'kept' }]]), '/state')).toEqual([
      '',
      title,
      '  d: A1, which was made before and is kept in /state',
    ])
  })
})

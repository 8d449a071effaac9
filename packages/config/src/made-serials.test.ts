import { describe, expect, it } from 'vitest'
import { formatConfiguration, parseConfiguration } from './document.ts'
import { withSerials } from './made-serials.ts'

const UUID = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const objects = [
  { plugin: 'fileio', name: 'disk0', dev: '/srv/disk0.img', size: 4096, odd: 1 },
  { plugin: 'rd_mcp', name: 'rd0', size: 4096 },
  { plugin: 'ramdisk', name: 'rd1', size: 4096, wwn: 'given' },
]
const configuration = parseConfiguration(JSON.stringify({ storage_objects: objects, top: [1] }))

describe('serial numbers that were made', () => {
  it('stand in the document as wwn, which is otherwise as it was, byte for byte as LIO writes it', () => {
    const serials = new Map([
      ['fileio/disk0', UUID],
      ['ramdisk/rd0', 'b5'],
      ['ramdisk/rd1', 'c6'],
      ['fileio/gone', 'd7'],
    ])
    const before = formatConfiguration(configuration)
    const saved = withSerials(configuration, serials)
    expect(JSON.parse(formatConfiguration(saved))).toEqual({
      storage_objects: [{ ...objects[0], wwn: UUID }, { ...objects[1], wwn: 'b5' }, objects[2]],
      top: [1],
    })
    expect(formatConfiguration(saved)).toContain(`"plugin": "fileio",\n      "size": 4096,\n      "wwn": "${UUID}"\n`)
    expect(formatConfiguration(configuration)).toBe(before)
    expect(formatConfiguration(parseConfiguration(formatConfiguration(saved)))).toBe(formatConfiguration(saved))
  })

  it('take the place of one that is empty', () => {
    for (const wwn of ['', null]) {
      const document = JSON.stringify({ storage_objects: [{ ...objects[0], wwn }] })
      const saved = withSerials(parseConfiguration(document), new Map([['fileio/disk0', UUID]]))
      expect(JSON.parse(formatConfiguration(saved))).toEqual({ storage_objects: [{ ...objects[0], wwn: UUID }] })
    }
  })

  it('pass over what is no storage object, and the second of a name', () => {
    const odd = [null, 7, { name: 'disk0' }, objects[1], { ...objects[1], size: 8192 }]
    const saved = withSerials(
      parseConfiguration(JSON.stringify({ storage_objects: odd })),
      new Map([['ramdisk/rd0', 'b5']]),
    )
    expect(JSON.parse(formatConfiguration(saved))).toEqual({
      storage_objects: [null, 7, { name: 'disk0' }, { ...objects[1], wwn: 'b5' }, { ...objects[1], size: 8192 }],
    })
  })

  it('change nothing where there is no storage object', () => {
    const empty = parseConfiguration('{}')
    expect(withSerials(empty, new Map([['fileio/disk0', UUID]]))).toBe(empty)
  })
})

import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'

const TPG = '/iscsi/iqn.2026-11.com.example:disks/tpg1'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
  bench.files.set('/srv', { existed: true, sizeBytes: 4096, isOther: true })
  writeFileSync(bench.path('bad.json'), '{"targets": 1}')
  await bench.all('/iscsi create iqn.2026-11.com.example:disks', '/backstores/ramdisk create disk0 1M')
})
afterAll(() => bench.close())

/** Lines that are wrong, with what is said of each behind targetcli's words: where, what is right, the nearest that there is. */
const WRONG: readonly (readonly [line: string, says: string])[] = [
  ['/nosuch ls', 'Below / there is backstores, iscsi, loopback, vhost, xen-pvscsi.'],
  [`${TPG}/luns/lun3 ls`, `There is nothing below ${TPG}/luns.`],
  ['/backstores/ramdisk/disk1 ls', 'There is /backstores/ramdisk/disk0.'],
  ['ls / deep', 'Right is 0 for all levels, or 1, 2 ...: "deep" is none.'],
  [`${TPG} get attr`, 'There is attribute.'],
  [`${TPG} set auth userid`, 'Right is userid=VALUE.'],
  [`${TPG}/acls create iqn.1994-05.com.redhat:a add_mapped_luns=maybe`, 'Right is add_mapped_luns=true or false.'],
  [`${TPG}/luns delete first`, '"first" is no number of one; right is lun1, or 1.'],
  [`${TPG}/luns create disk0`, 'There is /backstores/ramdisk/disk0.'],
  ['/backstores/fileio create a /nope/a.img 1M', '/nope is not there; right is a path in a directory that is.'],
  ['/backstores/fileio create a /srv 1M', 'It is a directory, or no regular file; right is the path of a file.'],
  ['/backstores/ramdisk create a size=', 'It takes name size [nullio] [wwn].'],
  ['saveconfig /nope/a.json', 'no such file or directory; right is a path in a directory that is there'],
  ['restoreconfig /nope.json', 'It says: no such file or directory; right is a file that can be read.'],
  ['clearconfig', 'It takes away all that is served; right is clearconfig confirm=True.'],
  ['bookmarks go home', 'There is none yet; right is bookmarks add NAME.'],
  ['bookmarks frob', 'Right is bookmarks add, del, go, show.'],
  ['help frob', 'Right is one of '],
]

describe('a line that is wrong', () => {
  it.each(WRONG)('%s: says %s', async (line, says) => {
    const before = bench.model.configuration
    const { code, err } = await bench.run([line])
    expect(code).not.toBe(0)
    expect(err[1]).toContain(says)
    expect(bench.model.configuration).toBe(before)
  })

  it('of a file names the file', async () => {
    const { err } = await bench.line(`restoreconfig ${bench.path('bad.json')}`)
    expect(err).toEqual([`${bench.path('bad.json')} is no configuration`, 'targets: is 1; right is a list of targets'])
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const TPG = `/iscsi/${WWN}/tpg1`

describe('a target', () => {
  it('is made in six lines, each answered in the words of targetcli', async () => {
    const lines = [
      '/backstores/ramdisk create rd0 32M',
      `/iscsi create ${WWN}`,
      `${TPG}/luns create /backstores/ramdisk/rd0`,
      `${TPG}/acls create iqn.1994-05.com.redhat:host1`,
      `${TPG} set attribute authentication=0`,
      'saveconfig',
    ]
    const said = []
    for (const line of lines) said.push(await bench.line(line))
    expect(said).toEqual([
      { out: ['Created ramdisk rd0 with size 32M.'], err: [], code: 0 },
      {
        out: [
          `Created target ${WWN}.`,
          'Created TPG 1.',
          'Global pref auto_add_default_portal=true',
          'Created default portal listening on all IPs (0.0.0.0), port 3260.',
        ],
        err: [],
        code: 0,
      },
      { out: ['Created LUN 0.'], err: [], code: 0 },
      { out: ['Created Node ACL for iqn.1994-05.com.redhat:host1', 'Created mapped LUN 0.'], err: [], code: 0 },
      { out: ["Parameter authentication is now '0'."], err: [], code: 0 },
      { out: ['Configuration saved to /etc/lunkit/saveconfig.json'], err: [], code: 0 },
    ])
  })
})

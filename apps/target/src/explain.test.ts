import { readFileSync } from 'node:fs'
import { parseConfiguration, planServing } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { formatBytes } from './bytes.ts'
import { explainPlan } from './explain.ts'
import { type StorageObject, saveConfig } from './testing/save-config.ts'

const LIO_FILE = new URL('../../../test/fixtures/lio/saveconfig.json', import.meta.url)

/** What is said of these storage objects, which are the LUNs of one target. */
const explained = (objects: readonly StorageObject[], tpg: object) =>
  explainPlan(planServing(parseConfiguration(saveConfig(objects, tpg))))

describe('explainPlan', () => {
  it('tells of the file that a real LIO wrote what would be served, refused and kept', () => {
    const plan = planServing(parseConfiguration(readFileSync(LIO_FILE, 'utf8')))
    expect(explainPlan(plan).join('\n')).toBe(`Would serve:
  iqn.2022-08.com.test:second, portal group 1, at 127.0.0.1:3261
    LUN 0: block/blk0, /dev/loop0, past the page cache, 512-byte blocks
    LUN 1: pscsi/ps0, /dev/sda, commands passed through
    iqn.1994-05.com.redhat:host2: logins are refused: CHAP is demanded, and no user ID with a password is set (authentication=1)
    iqn.1994-05.com.redhat:host1: by CHAP, mutual: LUN 0 block/blk0 (rw), LUN 1 pscsi/ps0 (rw)
    initiators without an ACL: may not log in
  iqn.2022-08.com.test:lio, portal group 1, at 0.0.0.0:3260
    LUN 0: fileio/disk0, /disk.img (created with 1.0GiB if it is missing), write-back, 512-byte blocks
    LUN 1: ramdisk/rd0, 32.0MiB in memory, 512-byte blocks
    initiators without an ACL: LUN 0 fileio/disk0 (rw), LUN 1 ramdisk/rd0 (rw)

Refused, because it restricts access or protects data in a way that cannot be had:
  logins of the initiator are refused: CHAP is demanded, and no user ID with a password is set (authentication=1)
    at targets[0].tpgs[1].node_acls[0]

Kept in the file for later; what is served is served without it:
  emulate_pr=1: RESERVE and RELEASE are served; persistent reservations are not built yet
    at storage_objects[0].attributes.emulate_pr, storage_objects[1].attributes.emulate_pr, storage_objects[3].attributes.emulate_pr, storage_objects[5].attributes.emulate_pr
  emulate_3pc=1: EXTENDED COPY is not built yet; initiators are told that the unit has none
    at storage_objects[1].attributes.emulate_3pc, storage_objects[3].attributes.emulate_3pc, storage_objects[5].attributes.emulate_3pc
  targets of the fabric loopback are not built yet
    at targets[2]

Not in use:
  the TPG has no portal; nobody can reach it
    at targets[0].tpgs[0]
  no LUN of an enabled TPG uses the storage object; it is not opened
    at storage_objects[2], storage_objects[4]`)
  })

  it('lists LUNs by their numbers, who sees which, and what nobody sees', () => {
    const rd = (name: string) => ({ plugin: 'ramdisk', name, size: 1_048_576, attributes: { block_size: 4096 } })
    const user = (name: string) => ({ plugin: 'user', name, config: 'x' })
    const luns = ['ramdisk/rd2', 'user/u4', 'ramdisk/rd1', 'user/u3'].map(key => ({
      index: Number(/\d/.exec(key)?.[0]),
      storage_object: `/backstores/${key}`,
    }))
    const mapped = [
      { index: 5, tpg_lun: 2, write_protect: true },
      { index: 4, tpg_lun: 2 },
    ]
    const node_acls = [
      { node_wwn: 'iqn.2026-11.com.example:a', mapped_luns: mapped },
      { node_wwn: 'iqn.2026-11.com.example:b' },
    ]
    const tpg = { luns, node_acls, attributes: { authentication: 0 } }
    expect(explained([rd('rd2'), rd('rd1'), user('u3'), user('u4')], tpg).slice(0, 9)).toEqual([
      'Would serve:',
      '  iqn.2026-11.com.example:test, portal group 1, at 127.0.0.1:0',
      '    LUN 1: ramdisk/rd1, 1.0MiB in memory, 4096-byte blocks, which nobody may see',
      '    LUN 2: ramdisk/rd2, 1.0MiB in memory, 4096-byte blocks',
      '    LUN 3: user/u3, not served: user storage objects are not built yet',
      '    LUN 4: user/u4, not served: user storage objects are not built yet',
      '    iqn.2026-11.com.example:a: LUN 4 ramdisk/rd2 (rw), LUN 5 ramdisk/rd2 (ro)',
      '    iqn.2026-11.com.example:b: see no LUN',
      '    initiators without an ACL: may not log in',
    ])
  })

  it('says of a group without LUNs that it has none, and of demo mode that it is refused', () => {
    expect(explained([], { attributes: { authentication: 1, generate_node_acls: 1 } })).toContain('    no LUN')
    expect(explained([{ plugin: 'ramdisk', name: 'a', size: 4096, nullio: true }], {})).toEqual([
      'Would serve:',
      '  iqn.2026-11.com.example:test, portal group 1, at 127.0.0.1:0',
      '    LUN 0: ramdisk/a, 4.0KiB that keep nothing, 512-byte blocks',
      '    initiators without an ACL: LUN 0 ramdisk/a (rw)',
    ])
  })

  it('names four places of a notice, and how many more there are', () => {
    const at = (count: number) => {
      const objects = Array.from({ length: count }, (_, index) => ({ plugin: 'user', name: `u${index}`, config: 'x' }))
      return explained(objects, {}).filter(line => line.startsWith('    at storage_objects'))
    }
    const four = [0, 1, 2, 3].map(index => `storage_objects[${index}]`).join(', ')
    expect(at(4)).toEqual([`    at ${four}`])
    expect(at(5)).toEqual([`    at ${four} and 1 more`])
  })

  it('says where logins are sent, what is for discovery only, and where targets would be registered', () => {
    const at = { target: 'iqn.2026-11.com.example:test', tag: 1 }
    const lunkit = {
      redirections: [
        { ...at, address: '192.0.2.7', permanent: false },
        { ...at, initiator: 'iqn.2026-11.com.example:a', address: '[2001:db8::7]:3261', permanent: true },
      ],
      discovery_portals: [{ ...at, ip_address: '127.0.0.1', port: 3260 }],
      isns: [{ server: '192.0.2.8' }, { server: 'isns.example.org:3999', entity: 'storage1' }],
    }
    const portals = [{ ip_address: '127.0.0.1', port: 3260 }]
    const lines = explainPlan(planServing(parseConfiguration(saveConfig([], { portals }, { lunkit }))))
    expect(lines.filter(line => / are sent | only$|Would register/.test(line))).toEqual([
      '    logins of everybody without a place of its own are sent to 192.0.2.7:3260',
      '    logins of iqn.2026-11.com.example:a are sent to [2001:db8::7]:3261 for good',
      '    at 127.0.0.1:3260 for discovery only',
      'Would register its targets with the iSNS server 192.0.2.8.',
      'Would register its targets with the iSNS server isns.example.org:3999, as storage1.',
    ])
  })

  it('says for how long threads look for more work, where they do', () => {
    const { lunkit: _, ...file } = JSON.parse(readFileSync(LIO_FILE, 'utf8')) as Record<string, unknown>
    const lines = (poll_us: number) =>
      explainPlan(planServing(parseConfiguration(JSON.stringify({ ...file, lunkit: { poll_us } }))))
    expect(lines(50)).toContain('  Each thread looks for more work for 50 µs before it sleeps (poll_us).')
    expect(lines(0).join()).not.toContain('poll_us')
  })

  it('says how many lanes there are, where they are not two', () => {
    const { lunkit: _, ...file } = JSON.parse(readFileSync(LIO_FILE, 'utf8')) as Record<string, unknown>
    const lines = (lanes: number) =>
      explainPlan(planServing(parseConfiguration(JSON.stringify({ ...file, lunkit: { lanes } }))))
    expect(lines(8)).toContain('  8 lanes do what may block (lanes).')
    expect(lines(1)).toContain('  1 lane does what may block (lanes).')
    expect(lines(2).join()).not.toContain('(lanes)')
  })

  it('says which lanes disks are done in, and where those run', () => {
    const { lunkit: _, ...file } = JSON.parse(readFileSync(LIO_FILE, 'utf8')) as Record<string, unknown>
    const [first = '', other = ''] = planServing(parseConfiguration(JSON.stringify(file))).storage.flatMap(
      ({ key, file: path }) => (path === undefined ? [] : [key]),
    )
    const own = (key: string, lane: number) => ({ storage_object: `/backstores/${key}`, lane })
    const lines = (storage_objects: object[]) =>
      explainPlan(
        planServing(parseConfiguration(JSON.stringify({ ...file, lunkit: { lane_cpus: '1,3', storage_objects } }))),
      )
    const some = lines([own(first, 1)])
    expect(some).toContain('  Lanes run on the processors 1, 3 (lane_cpus).')
    expect(some).toContain(`  Lane 1 does what may block of ${first} (lane).`)
    expect(some.join()).not.toContain('No lane is left')
    expect(lines([own(first, 0), own(other, 1)])).toContain(
      '  No lane is left for the other disks alone: they share all.',
    )
  })

  it('says so when nothing would be served', () => {
    expect(explainPlan(planServing(parseConfiguration('{}')))).toEqual([
      'Would serve nothing: there is no enabled iSCSI target portal group with a portal.',
    ])
  })
})

describe('formatBytes', () => {
  it.each([
    [512, '512 bytes'],
    [1024, '1.0KiB'],
    [1536, '1.5KiB'],
    [33_554_432, '32.0MiB'],
    [1_073_741_824, '1.0GiB'],
    [2 ** 40, '1.0TiB'],
    [2 ** 52, '4.0PiB'],
    [2 ** 60, '1024.0PiB'],
  ])('shows %i as targetcli does', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text)
  })
})

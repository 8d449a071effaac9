import { edits } from '@lunkit/config'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const HOST = 'iqn.1994-05.com.redhat:host1'
const TPG = `/iscsi/${WWN}/tpg1`

/** Every command that is an edit, in an order in which each can be done, with what targetcli says first of it. */
const LINES: readonly (readonly [line: string, says: string | undefined])[] = [
  ['/backstores/fileio create f0 /f0.img 1M true false wwn=5eb63bbb', 'Created fileio f0 with size 1048576'],
  ['/backstores/ramdisk create name=rd0 size=32M nullio=false', 'Created ramdisk rd0 with size 32M.'],
  ['/backstores/block create b0 /dev/loop7 readonly=true', 'Created block storage object b0 using /dev/loop7.'],
  ['/backstores/pscsi create p0 /dev/sg0', 'Created pscsi storage object p0 using /dev/sg0'],
  ['/backstores/ramdisk/rd0 resize 16MiB', "Parameter size is now '16777216'."],
  ['/backstores/ramdisk/rd0 set attribute emulate_tpu=1', "Parameter emulate_tpu is now '1'."],
  ['/backstores/ramdisk/rd0 set setting removable=true', "Parameter removable is now '1'."],
  ['set setting poll_us=20', "Parameter poll_us is now '20'."],
  ['set limit connections=100', "Parameter connections is now '100'."],
  ['/backstores/ramdisk/rd0/alua create siteb 16', 'Created ALUA TPG siteb.'],
  ['/backstores/ramdisk/rd0/alua/siteb set alua alua_access_state=1', "Parameter alua_access_state is now '1'."],
  [`/iscsi create ${WWN}`, `Created target ${WWN}.`],
  ['/iscsi set discovery_auth enable=1 userid=me', "Parameter enable is now 'True'."],
  ['/iscsi set setting chap_algorithms=SHA256', "Parameter chap_algorithms is now 'SHA256'."],
  [`/iscsi/${WWN} alias disks`, "Parameter TargetAlias is now 'disks'."],
  [`/iscsi/${WWN} create tpg2`, 'Created TPG 2.'],
  [`/iscsi/${WWN} delete 2`, 'Deleted TPGT 2.'],
  [`${TPG} disable`, 'The TPGT has been disabled.'],
  [`${TPG} enable`, 'The TPGT has been enabled.'],
  [`${TPG} set parameter MaxBurstLength=1048576`, "Parameter MaxBurstLength is now '1048576'."],
  [`${TPG} set attribute authentication=0`, "Parameter authentication is now '0'."],
  [`${TPG} set auth userid=me password=secret`, "Parameter userid is now 'me'."],
  [`${TPG} set setting password_file=/run/secret`, "Parameter password_file is now '/run/secret'."],
  [`${TPG}/portals create ::1 3261`, 'Created network portal ::1:3261.'],
  [`${TPG}/portals/[::1]:3261 enable_iser false`, 'iSER enable now: False'],
  [`${TPG}/portals/[::1]:3261 enable_offload boolean=false`, 'offload enable now: False'],
  [`${TPG}/portals delete ::1 3261`, 'Deleted network portal ::1:3261'],
  [`${TPG}/luns create /backstores/ramdisk/rd0`, 'Created LUN 0.'],
  [`${TPG}/luns create storage_object=/backstores/fileio/f0 lun=lun7`, 'Created LUN 7.'],
  [`${TPG}/luns/lun0 set alua alua_tg_pt_gp_name=siteb`, "Parameter alua_tg_pt_gp_name is now 'siteb'."],
  [`${TPG}/acls create ${HOST} add_mapped_luns=False`, `Created Node ACL for ${HOST}`],
  [`${TPG}/acls/${HOST} create 5 lun0 true`, 'Created Mapped LUN 5.'],
  [`${TPG}/acls/${HOST}/mapped_lun5 write_protect false`, "Parameter write_protect is now 'False'."],
  [`${TPG}/acls/${HOST} create mapped_lun6 /backstores/fileio/f0`, 'Created Mapped LUN 6.'],
  [`${TPG}/acls/${HOST} set attribute nopin_timeout=20`, "Parameter nopin_timeout is now '20'."],
  [`${TPG}/acls/${HOST} set auth userid=me`, "Parameter userid is now 'me'."],
  [`${TPG}/acls/${HOST} set setting require_mutual_chap=yes`, "Parameter require_mutual_chap is now '1'."],
  [`${TPG}/acls/${HOST} delete mapped_lun5`, 'Deleted Mapped LUN 5.'],
  [`${TPG}/acls tag ${HOST} farm`, undefined],
  [`${TPG}/acls/farm status`, `Status for ${TPG}/acls/farm: (${HOST}), Mapped LUNs: 1`],
  [`${TPG}/acls untag farm`, undefined],
  [`${TPG}/acls delete ${HOST}`, `Deleted Node ACL ${HOST}.`],
  [`${TPG}/luns delete lun7`, 'Deleted LUN 7.'],
  ['/backstores/ramdisk/rd0/alua delete siteb', undefined],
  [`redirect ${WWN} 192.0.2.7`, 'Logins of everybody are sent to 192.0.2.7.'],
  ['isns 192.0.2.7', 'Targets are registered at 192.0.2.7.'],
  [`allow ${WWN} 192.0.2.0/24 mapped_luns=lun0:ro`, 'Initiators of 192.0.2.0/24 are let in.'],
  [`allow ${WWN} 192.0.2.0/24 userid=u password_file=/run/secret`, 'Initiators of 192.0.2.0/24 are let in.'],
  [`disallow ${WWN} 192.0.2.0/24`, 'Deleted the access rule 192.0.2.0/24.'],
  [`discovery-only ${WWN}/tpg1/portals/0.0.0.0:3260 true`, 'Portal 0.0.0.0:3260 is for discovery only.'],
  [`/iscsi delete ${WWN}`, `Deleted Target ${WWN}.`],
  ['/backstores/fileio delete f0 save=true', 'Deleted storage object f0.'],
  ['clearconfig confirm=True', 'All configuration cleared'],
]

it('every edit of a configuration is a command, which says what targetcli says', async () => {
  const said = []
  for (const [line] of LINES) said.push([line, await bench.line(line)] as const)
  expect(said.map(([line, { out, err, code }]) => [line, code === 0 ? out[0] : err.join(' ')])).toEqual(LINES)
  expect(new Set(bench.model.edited)).toEqual(new Set(Object.keys(edits)))
})

it('every command is explained, with every parameter that it takes', async () => {
  const places = ['/', '/iscsi', '/backstores/fileio', '/backstores/ramdisk', `/iscsi/${WWN}`, TPG, `${TPG}/luns`]
  await bench.all(`/iscsi create ${WWN}`)
  for (const place of places) {
    const { out } = await bench.line(`--json ${place} help`)
    const { commands } = JSON.parse(out[0] ?? '') as { commands: { name: string; meaning: string }[] }
    for (const { name, meaning } of commands) {
      const help = await bench.line(`${place} help ${name}`)
      expect([help.out[0]?.split(' ')[0], help.out[1]]).toEqual([name, `  ${meaning}`])
    }
  }
  expect((await bench.line('/backstores/fileio help create')).out).toEqual([
    'create name file_or_dev [size] [write_back] [sparse] [wwn] [readonly] [aio]',
    '  a file that is a disk; one that is there keeps its size',
    '  name=TEXT              required               of the storage object',
    '  file_or_dev=TEXT       required               the path of the file',
    '  size=BYTES             else that of the file',
    '  write_back=true|false  else true',
    '  sparse=true|false      else true',
    '  wwn=TEXT               else a new UUID',
    '  readonly=true|false    else false',
    '  aio=true|false         else false',
  ])
  expect((await bench.line('help creat')).err[0]).toBe('Cannot find help topic creat.')
})

it('a tag of an ACL has no ".", as in targetcli', async () => {
  await bench.all(`/iscsi create ${WWN}`, `${TPG}/acls create ${HOST}`)
  const { err, code } = await bench.line(`${TPG}/acls tag ${HOST} farm.one`)
  expect({ code, first: err[0] }).toEqual({ code: 1, first: "'.' not permitted in tag names." })
  const slash = await bench.line(`${TPG}/acls tag ${HOST} farm/one`)
  expect(slash.err[0]).not.toContain('not permitted')
})

it.each([
  ['', true],
  [' readonly=false', false],
])('a device that nobody can write is read-only, unless something else is said:%s', async (more, readonly) => {
  bench.files.set('/dev/sr7', { existed: true, isBlockDevice: true, sizeBytes: 0, isWriteProtected: true })
  await bench.all(`/backstores/block create b0 /dev/sr7${more}`)
  const { out } = await bench.line('/backstores/block/b0 info')
  expect(out).toContain(`readonly: ${readonly ? 'True' : 'False'}`)
})

it.each([
  ['', false],
  [' save=true', true],
  [' save=false', false],
])('a storage object is taken away, and what is served saved where that is asked for:%s', async (more, isSaved) => {
  await bench.all('/backstores/ramdisk create rd0 1M', `/backstores/ramdisk delete rd0${more}`)
  expect(bench.model.saved === bench.model.configuration).toBe(isSaved)
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'
import { SESSION } from './testing/model-service.ts'

const IQN = 'iqn.2026-11.com.example:disks'
const TPG = `/iscsi/${IQN}/tpg1`
const ONE = 'iqn.1994-05.com.redhat:one'
const ACL = `${TPG}/acls/${ONE}`
const SERIAL = 'wwn=6f9a1f9e-1f9e-4c3e-8f9a-1f9e4c3e8f9a'

/** What makes things, makes them again, changes them, takes them away, and takes away what is not there. */
const LINES: readonly string[] = [
  ...[`/backstores/ramdisk create a 1M ${SERIAL}`, '/backstores/ramdisk create a 2M', '/backstores/ramdisk create b x'],
  ...[
    '/backstores/ramdisk create b 1M nullio=maybe',
    '/backstores/ramdisk create b 100',
    '/backstores/ramdisk delete z',
  ],
  ...['/backstores/fileio create f /srv/f.img', '/backstores/fileio create f /srv/f.img 1M', '/backstores/fileio ls'],
  ...['/backstores/fileio create g /srv/f.img 1M', '/backstores/fileio create g relative 1M'],
  ...['/backstores/block create d /dev/sda readonly=true', '/backstores/pscsi create p /dev/sg0', '/backstores ls'],
  ...['/backstores/ramdisk/a resize 2M', '/backstores/block/d resize 2M', '/backstores/ramdisk/a clear-fault'],
  ...['/backstores/ramdisk/a/alua create own 7', '/backstores/ramdisk/a/alua create own 7'],
  ...['/backstores/ramdisk/a/alua create more 7', '/backstores/ramdisk/a/alua delete none'],
  ...[
    `/iscsi create ${IQN}`,
    `/iscsi create ${IQN}`,
    '/iscsi create nonsense',
    '/iscsi delete iqn.2026-11.com.example:z',
  ],
  ...[`/iscsi/${IQN} create 1`, `/iscsi/${IQN} create 2`, `/iscsi/${IQN} create x`, `/iscsi/${IQN} delete 9`],
  ...[`/iscsi/${IQN} alias disks`, `/iscsi/${IQN} info`, `/iscsi/${IQN}/tpg2 enable`, `/iscsi/${IQN}/tpg2 disable`],
  ...[`${TPG}/luns create /backstores/ramdisk/a`, `${TPG}/luns create /backstores/ramdisk/a`, `${TPG}/luns create /z`],
  ...[`${TPG}/luns create /backstores/fileio/f lun=5`, `${TPG}/luns create fileio/f 5`, `${TPG}/luns create ramdisk/z`],
  ...[`${TPG}/luns delete 9`, `${TPG}/luns/lun0 set alua alua_tg_pt_gp_name=own`, `${TPG}/luns/lun0 get alua`],
  ...[`${TPG}/acls create ${ONE}`, `${TPG}/acls create ${ONE}`, `${TPG}/acls create x`, `${TPG}/acls create a=b`],
  ...[
    `${TPG}/acls tag ${ONE} farm`,
    `${TPG}/acls tag ${ONE} a.b`,
    `${TPG}/acls tag none farm`,
    `${TPG}/acls untag farm`,
  ],
  ...[`${TPG}/acls untag farm`, `${TPG}/acls delete none`, `${ACL} create 7 lun5 true`, `${ACL} create 7 lun5`],
  ...[
    `${ACL} create 8 lun77`,
    `${ACL} create 8 ramdisk/z`,
    `${ACL} delete 70`,
    `${ACL}/mapped_lun7 write_protect true`,
  ],
  ...[`${ACL}/mapped_lun7 write_protect maybe`, `${ACL}/mapped_lun7 info`, `${ACL} delete 7`, `${ACL} ls`],
  ...[`${TPG}/portals create 10.0.0.1`, `${TPG}/portals create 10.0.0.1`, `${TPG}/portals create 10.0.0.1 3261`],
  ...[`${TPG}/portals create nowhere`, `${TPG}/portals delete 10.0.0.1 9`, `${TPG}/portals delete 10.0.0.1 3261`],
  ...[`${TPG} set attribute authentication=1`, `${TPG} set attribute authentication=7`, `${TPG} set attribute x=1`],
  ...[`${TPG} set parameter ImmediateData=No`, `${TPG} set parameter ImmediateData=7`, `${TPG} get parameter x`],
  ...[`${TPG} get parameter ImmediateDat ImmediateData`, `${TPG} set auth userid=u password=secretsecret1`],
  ...[`${TPG} get auth`, `${TPG} set auth useridd=u`, `${TPG} set setting chap_algorithms=MD5`, `${TPG} get setting`],
  ...[`${TPG} set setting chap_algorithms=x`, `${TPG} set redirection a=b`, `${TPG} get nothing`, `${TPG} info`],
  ...['/backstores/ramdisk/a set attribute emulate_tpu=1', '/backstores/ramdisk/a set attribute hw_block_size=512'],
  ...['/backstores/ramdisk/a set attribute block_size=7', '/backstores/ramdisk/a get attribute emulate_tpu'],
  ...['/iscsi set discovery_auth enable=1 userid=d password=secretsecret2', '/iscsi get discovery_auth', '/iscsi info'],
  ...['/ set limit connections=7', '/ set limit connections=x', '/ get limit connections', '/ set setting poll_us=5'],
  ...[`allow ${TPG} 192.0.2.0/24 mapped_luns=0`, `allow ${TPG} *`, `${TPG} get rule`, `disallow ${TPG} 192.0.2.0/24`],
  ...[`disallow ${TPG} 192.0.2.0/24`, `redirect ${TPG} 192.0.2.7`, `${TPG} get redirection`, `redirect ${TPG} x`],
  ...['isns 192.0.2.9 entity=a', 'isns x y z', 'isns', `discovery-only ${TPG}/portals/10.0.0.1:3260 true`],
  ...['bookmarks add home /iscsi', 'bookmarks add home /iscsi', 'bookmarks add up /backstores', 'bookmarks show'],
  ...['@home ls', 'bookmarks go up', 'bookmarks del none', 'bookmarks del up', 'bookmarks show', '@nowhere ls'],
  ...[
    'sessions',
    'sessions detail',
    'sessions kick',
    'sessions kick 7',
    'sessions frob',
    'kick 7',
    'refusals',
    'status',
  ],
  ...['saveconfig', 'diff', 'generations', 'restore a', 'restore', 'reload', 'set global auto_save_on_exit=false'],
  ...[
    'get global auto_save_on_exit',
    'set global x=1',
    'version',
    'token',
    'pwd',
    'cd /iscsi',
    'ls / 2',
    'exit',
    'undrain x',
  ],
  ...['/backstores/ramdisk delete a', '/backstores/fileio/f info', `/iscsi/${IQN} delete 1`, `/iscsi delete ${IQN}`],
  ...['clearconfig confirm=True', 'ls'],
]

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
  bench.files.set('/srv/f.img', { existed: false, sizeBytes: 0 })
  bench.files.set('/dev/sda', { existed: true, isBlockDevice: true, sizeBytes: 1_048_576 })
  bench.model.sessions = [SESSION]
})
afterAll(() => bench.close())

/** Without what differs from one run to the next. */
const settled = (text: string): string =>
  text
    .replaceAll(bench.directory, 'DIRECTORY')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'SERIAL')
    .replace(/(alias"?: ?"?)[0-9a-f]{10}/g, '$1RANDOM')
    .replace(/lunkit_\S+|[\w+/=-]{43,}(?= |$)/gm, 'TOKEN')

it('a session of commands, each done or refused, prints what it printed, for people and for programs', async () => {
  const told: string[] = []
  for (const line of LINES) {
    const { out, err, code } = await bench.run([line])
    told.push(`$ ${line}`, ...out, ...err.map(each => `! ${each}`), ...(code === 0 ? [] : [`= ${code}`]))
    if (!/ (ls|info|get|show)\b|^(ls|sessions|refusals|status|diff|generations|isns)/.test(line)) continue
    const { out: data } = await bench.run(['--json', line])
    told.push(...data.map(each => `# ${each}`))
  }
  expect(settled(told.join('\n'))).toMatchSnapshot()
})

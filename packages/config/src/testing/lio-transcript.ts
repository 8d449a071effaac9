import { readFileSync } from 'node:fs'
import type { EditCall } from '../edits/edits.ts'
import type { EditWordsOptions } from '../tree/edit-messages.ts'

const TRANSCRIPT = new URL('../../../../test/fixtures/lio/transcript.txt', import.meta.url)
const PROMPT = '$ targetcli '

/** A command that a real targetcli was given, and what it printed. */
export interface Command {
  readonly text: string
  readonly lines: readonly string[]
}

/** Everything that it was given, in order. */
export const commands: readonly Command[] = readFileSync(TRANSCRIPT, 'utf8')
  .split(`\n${PROMPT}`)
  .map(part => {
    const [text = '', ...lines] = part.replace(PROMPT, '').split('\n')
    const end = lines.indexOf('')
    return { text, lines: end < 0 ? lines : lines.slice(0, end) }
  })

/** What it printed for a command. */
export function printedFor(text: string): readonly string[] {
  const command = commands.find(each => each.text === text)
  if (command === undefined) throw new Error(`the transcript has no ${text}`)
  return command.lines
}

/** A command that is an edit. */
export interface ToldEdit {
  readonly text: string
  readonly call: EditCall
  readonly words?: EditWordsOptions
}

const MIB = 1_048_576
const first = { target: 'iqn.2022-08.com.test:lio', tag: 1 }
const second = { target: 'iqn.2022-08.com.test:second', tag: 1 }
const host1 = { ...second, initiator: 'iqn.1994-05.com.redhat:host1' }
const host2 = { ...second, initiator: 'iqn.1994-05.com.redhat:host2' }
const FIRST = '/iscsi/iqn.2022-08.com.test:lio/tpg1'
const SECOND = '/iscsi/iqn.2022-08.com.test:second/tpg1'

/** Every command that is an edit, in order, up to the one that shows the whole tree. */
export const edited: readonly ToldEdit[] = [
  {
    text: '/backstores/fileio create name=disk0 file_or_dev=/disk.img size=1G',
    call: { name: 'createFileio', given: { name: 'disk0', file_or_dev: '/disk.img', size: 1024 * MIB } },
    words: { backing: { existed: true, sizeBytes: 1024 * MIB } },
  },
  {
    text: '/backstores/fileio/disk0 set attribute emulate_tpu=1 emulate_tpws=1 emulate_caw=1 emulate_3pc=1',
    call: {
      name: 'setStorageAttributes',
      given: {
        storage_object: '/backstores/fileio/disk0',
        attributes: { emulate_tpu: 1, emulate_tpws: 1, emulate_caw: 1, emulate_3pc: 1 },
      },
    },
  },
  {
    text: '/backstores/fileio create name=disk1 file_or_dev=/disk1.img size=64M write_back=false',
    call: {
      name: 'createFileio',
      given: { name: 'disk1', file_or_dev: '/disk1.img', size: 64 * MIB, write_back: false },
    },
    words: { backing: { existed: false, sizeBytes: 64 * MIB } },
  },
  {
    text: '/backstores/ramdisk create name=rd0 size=32M',
    call: { name: 'createRamdisk', given: { name: 'rd0', size: 32 * MIB } },
    words: { typedSize: '32M' },
  },
  {
    text: '/backstores/ramdisk create name=null0 size=32M nullio=true',
    call: { name: 'createRamdisk', given: { name: 'null0', size: 32 * MIB, nullio: true } },
    words: { typedSize: '32M' },
  },
  {
    text: '/backstores/block create name=blk0 dev=/dev/loop0',
    call: { name: 'createBlock', given: { name: 'blk0', dev: '/dev/loop0' } },
  },
  {
    text: '/backstores/pscsi create name=ps0 dev=/dev/sda',
    call: { name: 'createPscsi', given: { name: 'ps0', dev: '/dev/sda' } },
    words: { backing: { existed: true, isBlockDevice: true, sizeBytes: 8 * MIB } },
  },
  {
    text: '/backstores/fileio/disk0/alua create name=siteb tag=16',
    call: { name: 'createAluaGroup', given: { storage_object: 'fileio/disk0', name: 'siteb', tag: 16 } },
  },
  {
    text: '/backstores/fileio/disk0/alua/siteb set alua alua_access_state=1',
    call: {
      name: 'setAluaGroup',
      given: { storage_object: 'fileio/disk0', name: 'siteb', values: { alua_access_state: 1 } },
    },
  },
  { text: `/iscsi create ${first.target}`, call: { name: 'createTarget', given: { wwn: first.target } } },
  {
    text: `${FIRST}/luns create /backstores/fileio/disk0`,
    call: { name: 'createLun', given: { ...first, storage_object: '/backstores/fileio/disk0' } },
  },
  {
    text: `${FIRST}/luns create /backstores/ramdisk/rd0`,
    call: { name: 'createLun', given: { ...first, storage_object: '/backstores/ramdisk/rd0' } },
  },
  {
    text: `${FIRST} set attribute generate_node_acls=1 demo_mode_write_protect=0 cache_dynamic_acls=1 authentication=0`,
    call: {
      name: 'setTpgAttributes',
      given: {
        ...first,
        attributes: { generate_node_acls: 1, demo_mode_write_protect: 0, cache_dynamic_acls: 1, authentication: 0 },
      },
    },
  },
  { text: `/iscsi create ${second.target}`, call: { name: 'createTarget', given: { wwn: second.target } } },
  {
    text: '/iscsi/iqn.2022-08.com.test:second create tpg2',
    call: { name: 'createTpg', given: { target: second.target, tag: 2 } },
  },
  {
    text: `${SECOND}/luns create /backstores/block/blk0`,
    call: { name: 'createLun', given: { ...second, storage_object: '/backstores/block/blk0' } },
  },
  {
    text: `${SECOND}/luns create /backstores/pscsi/ps0`,
    call: { name: 'createLun', given: { ...second, storage_object: '/backstores/pscsi/ps0' } },
  },
  {
    text: `${SECOND}/acls create ${host1.initiator}`,
    call: { name: 'createAcl', given: { ...second, wwn: host1.initiator } },
  },
  {
    text: `${SECOND}/acls create ${host2.initiator} add_mapped_luns=false`,
    call: { name: 'createAcl', given: { ...second, wwn: host2.initiator, add_mapped_luns: false } },
  },
  {
    text: `${SECOND}/acls/${host2.initiator} create mapped_lun=5 tpg_lun_or_backstore=lun0 write_protect=true`,
    call: {
      name: 'createMappedLun',
      given: { ...host2, mapped_lun: 5, tpg_lun_or_backstore: 'lun0', write_protect: true },
    },
  },
  {
    text: `${SECOND}/acls/${host1.initiator} set auth userid=alice password=secretsecret12`,
    call: { name: 'setAclAuth', given: { ...host1, userid: 'alice', password: 'secretsecret12' } },
  },
  {
    text: `${SECOND}/acls/${host1.initiator} set auth mutual_userid=tgt mutual_password=mutualsecret12`,
    call: { name: 'setAclAuth', given: { ...host1, mutual_userid: 'tgt', mutual_password: 'mutualsecret12' } },
  },
  {
    text: `${SECOND} set attribute authentication=1`,
    call: { name: 'setTpgAttributes', given: { ...second, attributes: { authentication: 1 } } },
  },
  {
    text: `${SECOND} set parameter MaxBurstLength=1048576`,
    call: { name: 'setTpgParameters', given: { ...second, parameters: { MaxBurstLength: 1_048_576 } } },
  },
  {
    text: `${SECOND}/acls tag ${host2.initiator} webfarm`,
    call: { name: 'tagAcl', given: { ...host2, new_tag: 'webfarm' } },
  },
  {
    text: `${SECOND}/portals delete 0.0.0.0 3260`,
    call: { name: 'deletePortal', given: { ...second, ip_address: '0.0.0.0', ip_port: 3260 } },
  },
  {
    text: `${SECOND}/portals create 127.0.0.1 3261`,
    call: { name: 'createPortal', given: { ...second, ip_address: '127.0.0.1', ip_port: 3261 } },
  },
]

/** Those after it. */
export const editedLast: readonly ToldEdit[] = [
  {
    text: '/backstores/fileio delete disk1',
    call: { name: 'deleteStorageObject', given: { storage_object: 'fileio/disk1' } },
  },
  { text: `${SECOND} disable`, call: { name: 'disableTpg', given: second } },
  { text: `/iscsi delete ${second.target}`, call: { name: 'deleteTarget', given: { wwn: second.target } } },
]

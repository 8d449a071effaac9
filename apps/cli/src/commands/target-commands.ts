import type { EditCall } from '@lunkit/config'
import type { Command, Context } from './command.ts'
import { command } from './command.ts'
import { childNames, lunsAndStorage, portalAddresses, portalPorts, storagePaths } from './completions.ts'
import { as, editCommand, makeEdit, servedPlace } from './edit-command.ts'
import { kinds, may, needs, of } from './parameter.ts'
import { storageOfPath } from './storage-of-path.ts'

/** What targetcli's preferences decide over a new TPG. */
async function newTpgPreferences({ prefers }: Context) {
  const [auto_add_default_portal, auto_enable_tpgt] = await Promise.all([
    prefers('auto_add_default_portal'),
    prefers('auto_enable_tpgt'),
  ])
  return { auto_add_default_portal, auto_enable_tpgt }
}

/** The commands of /iscsi. */
export const fabricCommands: readonly Command[] = [
  editCommand('create', 'a target with TPG 1; without a name it gets one', {
    takes: [may('wwn', kinds.text, 'a new name')],
    edit: async (_place, given, context) => ({
      name: 'createTarget',
      given: { ...given, ...(await newTpgPreferences(context)) },
    }),
  }),
  editCommand('delete', 'takes a target away with all below it', {
    takes: [of(childNames, needs('wwn', kinds.text, 'the name of the target'))],
    edit: as('deleteTarget'),
  }),
]

/** The commands of a target. */
export const targetCommands: readonly Command[] = [
  editCommand('create', 'a TPG of the target', {
    takes: [may('tag', kinds.tag, 'the lowest from 1 that is free')],
    edit: async (place, given, context) =>
      ({ name: 'createTpg', given: { ...place, ...given, ...(await newTpgPreferences(context)) } }) as EditCall,
  }),
  editCommand('delete', 'takes a TPG away with all below it', {
    takes: [of(childNames, needs('tag', kinds.tag))],
    edit: as('deleteTpg'),
  }),
  editCommand('alias', 'gives the target a name for people', {
    takes: [needs('alias', kinds.text)],
    edit: as('setTargetAlias'),
  }),
]

const switched = (name: string, meaning: string, edit: 'enableTpg' | 'disableTpg'): Command =>
  editCommand(name, meaning, {
    edit: as(edit),
    told: ({ node: { summary } }) => ({ isSame: (summary === 'disabled') === (edit === 'disableTpg') }),
  })

/** The commands of a TPG. */
export const tpgCommands: readonly Command[] = [
  switched('enable', 'serves the TPG', 'enableTpg'),
  switched('disable', 'serves nothing of the TPG', 'disableTpg'),
]

const address = kinds.text

/** The commands of the portals of a TPG. */
export const portalsCommands: readonly Command[] = [
  editCommand('create', 'an address and port at which the TPG is reached', {
    takes: [may('ip_address', address, '0.0.0.0'), may('ip_port', kinds.number, '3260')],
    edit: as('createPortal'),
  }),
  editCommand('delete', 'takes a portal away', {
    takes: [of(portalAddresses, needs('ip_address', address)), of(portalPorts, needs('ip_port', kinds.number))],
    edit: as('deletePortal'),
  }),
]

const portalSwitch = (name: string, key: 'iser' | 'offload', meaning: string): Command =>
  editCommand(name, meaning, {
    takes: [needs('boolean', kinds.flag)],
    edit: (place, { boolean }) => ({ name: 'setPortal', given: { ...place, [key]: boolean } }) as EditCall,
  })

/** The commands of a portal. */
export const portalCommands: readonly Command[] = [
  portalSwitch('enable_iser', 'iser', 'keeps whether the portal is for iSER, which lunkit does not serve'),
  portalSwitch(
    'enable_offload',
    'offload',
    'keeps whether the portal is for an offload card, which lunkit does not serve',
  ),
]

const withMapping = async ({ prefers }: Context, { add_mapped_luns }: { readonly add_mapped_luns?: unknown }) => ({
  add_mapped_luns: (add_mapped_luns as boolean | undefined) ?? (await prefers('auto_add_mapped_luns')),
})

/** The commands of the LUNs of a TPG. */
export const lunsCommands: readonly Command[] = [
  command('create', 'a storage object as a LUN, mapped to each ACL; of a file or a device one is made', {
    takes: [
      of(storagePaths, needs('storage_object', kinds.text, 'by its path: /backstores/fileio/disk0, or that of a file')),
      may('lun', kinds.lun, 'the lowest that is free'),
      may('add_mapped_luns', kinds.flag, 'auto_add_mapped_luns'),
    ],
    async run(context, given) {
      const [place, mapping] = [servedPlace(context), await withMapping(context, given)]
      const words = 'storage object or path not valid'
      const { storage_object, first } = await storageOfPath(context, String(given.storage_object), words)
      const call = { name: 'createLun', given: { ...place, ...given, storage_object, ...mapping } } as EditCall
      return makeEdit(context, call, first && { first })
    },
  }),
  editCommand('delete', 'takes a LUN away, with what is mapped of it', {
    takes: [of(childNames, needs('lun', kinds.lun))],
    edit: as('deleteLun'),
  }),
]

/** The commands of the ACLs of a TPG. */
export const aclsCommands: readonly Command[] = [
  editCommand('create', 'what an initiator may do here; it sees each LUN of the TPG', {
    takes: [
      needs('wwn', kinds.text, 'the name of the initiator'),
      may('add_mapped_luns', kinds.flag, 'auto_add_mapped_luns'),
    ],
    edit: async (place, given, context) =>
      ({ name: 'createAcl', given: { ...place, ...given, ...(await withMapping(context, given)) } }) as EditCall,
  }),
  editCommand('delete', 'takes an ACL away, or all that have a tag', {
    takes: [of(childNames, needs('wwn', kinds.text))],
    edit: (place, { wwn }) => ({ name: 'deleteAcl', given: { ...place, initiator: wwn } }) as EditCall,
  }),
  editCommand('tag', 'puts an ACL into the group of a tag: its members have the same LUNs and credentials', {
    takes: [of(childNames, needs('wwn_or_tag', kinds.text)), needs('new_tag', kinds.text)],
    edit: (place, { wwn_or_tag, new_tag }) =>
      ({ name: 'tagAcl', given: { ...place, initiator: wwn_or_tag, new_tag } }) as EditCall,
  }),
  editCommand('untag', 'takes an ACL out of its group, or all that have a tag', {
    takes: [of(childNames, needs('wwn_or_tag', kinds.text))],
    edit: (place, { wwn_or_tag }) => ({ name: 'untagAcl', given: { ...place, initiator: wwn_or_tag } }) as EditCall,
  }),
]

/** The commands of an ACL. */
export const aclCommands: readonly Command[] = [
  command('create', 'a LUN of the TPG as the initiator sees it; of a storage object or a file one is made', {
    takes: [
      needs('mapped_lun', kinds.mappedLun, 'its number for the initiator'),
      of(lunsAndStorage, needs('tpg_lun_or_backstore', kinds.text, 'a LUN of the TPG, or a storage object')),
      may('write_protect', kinds.flag, 'false'),
    ],
    async run(context, given) {
      const place = servedPlace(context)
      const words = 'LUN, storage object, or path not valid'
      const { storage_object, first } = await storageOfPath(context, String(given.tpg_lun_or_backstore), words)
      const call = { name: 'createMappedLun', given: { ...place, ...given, tpg_lun_or_backstore: storage_object } }
      return makeEdit(context, call as EditCall, first && { first })
    },
  }),
  editCommand('delete', 'takes a LUN from the initiator', {
    takes: [of(childNames, needs('mapped_lun', kinds.mappedLun))],
    edit: as('deleteMappedLun'),
  }),
]

/** The commands of a mapped LUN. */
export const mappedLunCommands: readonly Command[] = [
  editCommand('write_protect', 'whether the initiator may write to the LUN', {
    takes: [needs('boolean', kinds.flag)],
    edit: (place, { boolean }) => ({ name: 'setMappedLun', given: { ...place, write_protect: boolean } }) as EditCall,
  }),
]

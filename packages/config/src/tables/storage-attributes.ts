import type { AttributeSetting, AttributeValue } from './attribute.ts'
import { attribute, choice, flag, limit, number, range, wordToggle } from './attribute.ts'
import type { SettingsOf } from './row.ts'
import { Change, KEPT, keptWhen, otherThan, refusedWhen } from './row.ts'

const { always, unexported, never } = Change
const MAX_U32 = 4_294_967_295
const noProtection = 'protection information is not built yet, so the LUN is not served'

/** LIO counts `optimal_sectors` in sectors of this many bytes, whatever the block size. */
const SECTOR_BYTES = 512
/** What a ramdisk's `optimal_sectors` says in LIO, and more: no limit at all. */
const NO_OPTIMUM_SECTORS = 0xffff_0000

/** In blocks; undefined where the file says nothing, or no more than that there is no limit. */
const optimalBlocks: AttributeSetting<'optimalSectors', number | undefined> = {
  name: 'optimalSectors',
  from: (sectors, { given, valueOf }) =>
    given && sectors !== 0 && sectors < NO_OPTIMUM_SECTORS
      ? Math.floor((sectors * SECTOR_BYTES) / valueOf('block_size'))
      : undefined,
}

/**
 * The attributes of a storage object, with LIO's defaults and LIO's rule when they may change (Linux 6.12,
 * drivers/target/target_core_configfs.c and target_core_device.c). What a plugin has another default for, its row says.
 * They set the attributes of the logical unit, by the names that it has for them.
 */
export const storageAttributes = {
  alua_support: attribute(wordToggle(1), {
    meaning: 'target port groups are reported by LIO and not by the backend',
    change: never,
    sets: KEPT,
  }),
  block_size: attribute(choice([512, 1024, 2048, 4096], 512), {
    meaning: 'bytes of a logical block',
    change: unexported,
    sets: number('blockSizeBytes'),
    whenWrong: 'notServed',
  }),
  emulate_3pc: attribute(wordToggle(1), {
    meaning: 'EXTENDED COPY',
    change: always,
    sets: KEPT,
    shortfall: keptWhen(1, 'EXTENDED COPY is not built yet; initiators are told that the unit has none'),
  }),
  emulate_caw: attribute(wordToggle(1), { meaning: 'COMPARE AND WRITE', change: always, sets: flag('emulateCaw') }),
  emulate_dpo: attribute(wordToggle(1), { meaning: 'without effect, as in LIO', change: always, sets: KEPT }),
  emulate_fua_read: attribute(wordToggle(1), { meaning: 'without effect, as in LIO', change: always, sets: KEPT }),
  emulate_fua_write: attribute(wordToggle(1), {
    meaning: 'FUA is offered: a write that asks for it is durable before it ends',
    change: always,
    sets: flag('emulateFuaWrite'),
  }),
  emulate_model_alias: attribute(wordToggle(0), {
    meaning: "INQUIRY names the storage object, not the plugin's product",
    change: unexported,
    sets: flag('emulateModelAlias'),
  }),
  emulate_pr: attribute(wordToggle(1), {
    meaning: 'RESERVE and RELEASE',
    change: always,
    sets: flag('emulatePr'),
    shortfall: keptWhen(1, 'RESERVE and RELEASE are served; persistent reservations are not built yet'),
  }),
  emulate_rest_reord: attribute(choice([0], 0), {
    meaning: 'without effect, as in LIO, which takes 0 alone',
    change: always,
    sets: KEPT,
  }),
  emulate_rsoc: attribute(wordToggle(1), {
    meaning: 'REPORT SUPPORTED OPERATION CODES',
    change: always,
    sets: flag('emulateRsoc'),
  }),
  emulate_tas: attribute(wordToggle(1), {
    meaning: 'commands that another initiator aborted end with TASK ABORTED',
    change: unexported,
    sets: flag('emulateTas'),
  }),
  emulate_tpu: attribute(wordToggle(0), {
    meaning: 'UNMAP, where the store can give space back',
    change: always,
    sets: flag('emulateTpu'),
  }),
  emulate_tpws: attribute(wordToggle(0), {
    meaning: 'WRITE SAME with its UNMAP bit, where the store can give space back',
    change: always,
    sets: flag('emulateTpws'),
  }),
  emulate_ua_intlck_ctrl: attribute(choice([0, 1, 2], 0), {
    meaning: 'the interlock of unit attentions',
    change: unexported,
    sets: KEPT,
    shortfall: keptWhen(otherThan(0), 'the interlock of unit attentions is not built yet'),
  }),
  emulate_write_cache: attribute(wordToggle(0), {
    meaning: 'a volatile write cache is reported; without it what is acknowledged is durable',
    change: always,
    sets: flag('emulateWriteCache'),
    whenWrong: 0,
  }),
  enforce_pr_isids: attribute(wordToggle(1), {
    meaning: 'persistent reservations tell sessions of one initiator apart',
    change: always,
    sets: KEPT,
  }),
  force_pr_aptpl: attribute(wordToggle(0), {
    meaning: 'every registration persists through power loss',
    change: unexported,
    sets: KEPT,
    shortfall: keptWhen(1, 'persistent reservations are not built yet'),
  }),
  hw_block_size: attribute(range(0, MAX_U32, 512), {
    meaning: "bytes of a block of LIO's backend",
    change: never,
    sets: KEPT,
  }),
  hw_max_sectors: attribute(range(0, MAX_U32, 16_384), {
    meaning: "the longest transfer of LIO's backend, in sectors",
    change: never,
    sets: KEPT,
  }),
  hw_pi_prot_type: attribute(range(0, 3, 0), {
    meaning: "protection information of LIO's backend",
    change: never,
    sets: KEPT,
  }),
  hw_queue_depth: attribute(range(0, MAX_U32, 128), {
    meaning: "commands that LIO's backend takes at once",
    change: never,
    sets: KEPT,
  }),
  is_nonrot: attribute(wordToggle(0), {
    meaning: 'initiators are told that the medium does not rotate',
    change: always,
    sets: flag('isNonrot'),
  }),
  max_unmap_block_desc_count: attribute(range(0, MAX_U32, 0), {
    meaning: 'ranges of an UNMAP at the most; 0 leaves it to the unit',
    change: always,
    sets: limit('maxUnmapBlockDescCount'),
  }),
  max_unmap_lba_count: attribute(range(0, MAX_U32, 0), {
    meaning: 'blocks of an UNMAP at the most; 0 leaves it to the unit',
    change: always,
    sets: limit('maxUnmapLbaCount'),
  }),
  max_write_same_len: attribute(range(0, MAX_U32, 0), {
    meaning: 'blocks of a WRITE SAME at the most; 0 leaves it to the unit',
    change: always,
    sets: limit('maxWriteSameLen'),
  }),
  optimal_sectors: attribute(range(0, MAX_U32, 16_384), {
    meaning: 'the transfer that is best, in sectors of 512 bytes',
    change: unexported,
    sets: optimalBlocks,
  }),
  pgr_support: attribute(wordToggle(1), {
    meaning: 'persistent reservations are offered by LIO and not by the backend',
    change: never,
    sets: KEPT,
  }),
  pi_prot_format: attribute(wordToggle(0), {
    meaning: 'writing 1 formats protection information',
    change: unexported,
    sets: KEPT,
  }),
  pi_prot_type: attribute(choice([0, 1, 3], 0), {
    meaning: 'the type of protection information; 0: none',
    change: unexported,
    sets: KEPT,
    shortfall: refusedWhen(otherThan(0), noProtection),
    whenWrong: 'notServed',
  }),
  pi_prot_verify: attribute(wordToggle(0), {
    meaning: 'protection information is verified here too',
    change: always,
    sets: KEPT,
    shortfall: refusedWhen(1, noProtection),
    whenWrong: 'notServed',
  }),
  queue_depth: attribute(range(1, MAX_U32, 128), {
    meaning: 'commands that one initiator may have in the unit; what is more ends with TASK SET FULL',
    change: unexported,
    sets: number('queueDepth'),
  }),
  submit_type: attribute(choice([0, 1, 2], 0), {
    meaning: 'in which context LIO submits commands',
    change: always,
    sets: KEPT,
  }),
  unmap_granularity: attribute(range(0, MAX_U32, 0), {
    meaning: 'blocks that are best unmapped together; 0 leaves it to the store',
    change: always,
    sets: limit('unmapGranularity'),
  }),
  unmap_granularity_alignment: attribute(range(0, MAX_U32, 0), {
    meaning: 'the first block of such a group',
    change: always,
    sets: limit('unmapGranularityAlignment'),
  }),
  unmap_zeroes_data: attribute(wordToggle(0), {
    meaning: 'unmapped blocks read as zeroes, where the store sees to it',
    change: unexported,
    sets: flag('unmapZeroesData'),
  }),
} as const

/** The name of a storage object's attribute. */
export type StorageAttribute = keyof typeof storageAttributes
/** A storage object's `attributes`. */
export type StorageAttributeValues = { readonly [K in StorageAttribute]?: AttributeValue }
/** What a storage object's attributes say of its logical unit; a limit that is undefined is left to the unit. */
export type StorageAttributeSettings = SettingsOf<typeof storageAttributes>

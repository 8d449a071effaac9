import type { AttributeValue } from './attribute.ts'
import { careful, choice, range, wordToggle } from './attribute.ts'

const MAX_U32 = 4_294_967_295

/**
 * The attributes of a storage object, with LIO's defaults (Linux 6.12, drivers/target/target_core_configfs.c and
 * target_core_device.c). `emulate_write_cache` and `is_nonrot` differ by plugin: see storageAttribute().
 */
export const storageAttributes = {
  alua_support: wordToggle(1, 'target port groups are reported'),
  block_size: careful(choice([512, 1024, 2048, 4096], 512, 'bytes a logical block'), 'notServed'),
  emulate_3pc: wordToggle(1, 'EXTENDED COPY'),
  emulate_caw: wordToggle(1, 'COMPARE AND WRITE'),
  emulate_dpo: wordToggle(1, 'accepted by LIO and ignored'),
  emulate_fua_read: wordToggle(1, 'accepted by LIO and ignored'),
  emulate_fua_write: wordToggle(1, 'FUA in writes'),
  emulate_model_alias: wordToggle(0, "INQUIRY names the storage object, not the plugin's product"),
  emulate_pr: wordToggle(1, 'reservations'),
  emulate_rest_reord: choice([0], 0, 'queue algorithm modifier'),
  emulate_rsoc: wordToggle(1, 'REPORT SUPPORTED OPERATION CODES'),
  emulate_tas: wordToggle(1, 'commands that another initiator aborted end with TASK ABORTED'),
  emulate_tpu: wordToggle(0, 'UNMAP'),
  emulate_tpws: wordToggle(0, 'WRITE SAME with its UNMAP bit'),
  emulate_ua_intlck_ctrl: choice([0, 1, 2], 0, 'unit attention interlock'),
  emulate_write_cache: careful(wordToggle(0, 'a volatile write cache is reported'), 0),
  enforce_pr_isids: wordToggle(1, 'persistent reservations tell sessions of one initiator apart'),
  force_pr_aptpl: wordToggle(0, 'every registration persists through power loss'),
  hw_block_size: range(0, MAX_U32, 512, 'read-only: what the backend has'),
  hw_max_sectors: range(0, MAX_U32, 16_384, 'read-only: what the backend has'),
  hw_pi_prot_type: range(0, 3, 0, 'read-only: what the backend has'),
  hw_queue_depth: range(0, MAX_U32, 128, 'read-only: what the backend has'),
  is_nonrot: wordToggle(0, 'the medium does not rotate'),
  max_unmap_block_desc_count: range(0, MAX_U32, 0, 'UNMAP block descriptors a command; 0 says nothing'),
  max_unmap_lba_count: range(0, MAX_U32, 0, 'blocks an UNMAP; 0 says nothing'),
  max_write_same_len: range(0, MAX_U32, 0, 'blocks a WRITE SAME; 0 says nothing'),
  optimal_sectors: range(0, MAX_U32, 16_384, 'the best transfer, in sectors of 512 bytes'),
  pgr_support: wordToggle(1, 'persistent reservations are offered'),
  pi_prot_format: wordToggle(0, 'writing 1 formats protection information'),
  pi_prot_type: careful(choice([0, 1, 3], 0, 'protection information type'), 'notServed'),
  pi_prot_verify: careful(wordToggle(0, 'protection information is verified here too'), 'notServed'),
  queue_depth: range(1, MAX_U32, 128, 'commands that the backend takes at once'),
  submit_type: choice([0, 1, 2], 0, 'in which context LIO submits commands'),
  unmap_granularity: range(0, MAX_U32, 0, 'blocks that are unmapped together'),
  unmap_granularity_alignment: range(0, MAX_U32, 0, 'the first block of such a group'),
  unmap_zeroes_data: wordToggle(0, 'unmapped blocks read as zeroes'),
} as const

/** The name of a storage object's attribute. */
export type StorageAttribute = keyof typeof storageAttributes
/** A storage object's `attributes`. */
export type StorageAttributeValues = { readonly [K in StorageAttribute]?: AttributeValue }

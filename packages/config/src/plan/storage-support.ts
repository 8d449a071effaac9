import type { storageAttributes } from '../tables/storage-attributes.ts'
import type { SupportTable } from './support.ts'
import { exactly, honoured, keptWhen, noEffect, otherThan, refusedWhen } from './support.ts'

const noProtection = 'protection information is not built yet, so the LUN is not served'

/** What lunkit of today does with each attribute of a storage object. */
export const storageSupport: SupportTable<typeof storageAttributes> = {
  alua_support: noEffect,
  block_size: honoured,
  emulate_3pc: keptWhen(exactly(1), 'EXTENDED COPY is not built yet; initiators are told that the unit has none'),
  emulate_caw: honoured,
  emulate_dpo: noEffect,
  emulate_fua_read: noEffect,
  emulate_fua_write: honoured,
  emulate_model_alias: honoured,
  emulate_pr: keptWhen(exactly(1), 'RESERVE and RELEASE are served; persistent reservations are not built yet'),
  emulate_rest_reord: noEffect,
  emulate_rsoc: honoured,
  emulate_tas: honoured,
  emulate_tpu: honoured,
  emulate_tpws: honoured,
  emulate_ua_intlck_ctrl: keptWhen(otherThan(0), 'the interlock of unit attentions is not built yet'),
  emulate_write_cache: honoured,
  enforce_pr_isids: noEffect,
  force_pr_aptpl: keptWhen(exactly(1), 'persistent reservations are not built yet'),
  hw_block_size: noEffect,
  hw_max_sectors: noEffect,
  hw_pi_prot_type: noEffect,
  hw_queue_depth: noEffect,
  is_nonrot: honoured,
  max_unmap_block_desc_count: honoured,
  max_unmap_lba_count: honoured,
  max_write_same_len: honoured,
  optimal_sectors: honoured,
  pgr_support: noEffect,
  pi_prot_format: noEffect,
  pi_prot_type: refusedWhen(otherThan(0), noProtection),
  pi_prot_verify: refusedWhen(exactly(1), noProtection),
  queue_depth: honoured,
  submit_type: noEffect,
  unmap_granularity: honoured,
  unmap_granularity_alignment: honoured,
  unmap_zeroes_data: honoured,
}

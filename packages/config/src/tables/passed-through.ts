import { serviceOf } from '../plugins/plugins.ts'
import type { StorageAttribute } from './storage-attributes.ts'

/** The attributes that LIO has of a device to which commands are passed through (target_core_configfs.c of Linux 6.12). */
const PASSED_THROUGH: readonly StorageAttribute[] = [
  'alua_support',
  'emulate_pr',
  'hw_block_size',
  'hw_max_sectors',
  'hw_pi_prot_type',
  'hw_queue_depth',
  'pgr_support',
  'submit_type',
]

/** The attributes that storage objects of a plugin have, where those are not all; undefined: they have all. */
export const attributesOfPlugin = (plugin: string): readonly StorageAttribute[] | undefined =>
  serviceOf(plugin)?.passesThrough === true ? PASSED_THROUGH : undefined

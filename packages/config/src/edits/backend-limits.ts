import type { JsonObject } from '../json/value.ts'
import type { AttributeHolder } from '../storage-attribute.ts'
import { storageAttribute } from '../storage-attribute.ts'
import type { StorageAttribute } from '../tables/storage-attributes.ts'
import { EditError, EditFault } from './edit-error.ts'

/** LIO's file backend takes so many bytes at once (FD_MAX_BYTES in Linux 6.12, drivers/target/target_core_file.h). */
const FILE_BYTES = 8_388_608
/** Of memory as many sectors as a number holds, in whole pages. */
const MEMORY_SECTORS = 4_294_967_288

/** The attribute as it will be. */
type InForce = (name: StorageAttribute) => number

/** The most sectors that LIO's backend takes at once, by plugin; that of others is the device's matter. */
const MOST_SECTORS: Readonly<Record<string, (inForce: InForce) => number>> = {
  fileio: inForce => FILE_BYTES / inForce('block_size'),
  ramdisk: () => MEMORY_SECTORS,
}

/** The number that is the most, by attribute, where LIO's backend has one. */
const MOST: Readonly<Record<string, (plugin: string, inForce: InForce) => number | undefined>> = {
  optimal_sectors: (plugin, inForce) => MOST_SECTORS[plugin]?.(inForce),
  queue_depth: (plugin, inForce) => (plugin in MOST_SECTORS ? inForce('hw_queue_depth') : undefined),
  // It formats what there is, and without a type there is nothing.
  pi_prot_format: (_plugin, inForce) => (inForce('pi_prot_type') === 0 ? 0 : undefined),
  pi_prot_verify: (_plugin, inForce) => (inForce('pi_prot_type') === 0 ? 0 : undefined),
}

/**
 * The values that are set, and what LIO sets with them: what is verified with the type of what protects, and an optimum that
 * it would not take any more beside a larger block.
 * @throws {EditError} for more than LIO's backend takes.
 */
export function withinBackend(
  values: JsonObject,
  { holder, path }: { readonly holder: AttributeHolder; readonly path: string },
): JsonObject {
  const attributes = { ...(holder.attributes as JsonObject | undefined), ...values }
  const inForce: InForce = name => storageAttribute({ ...holder, attributes }, name)
  const most = (name: string) => MOST[name]?.(holder.plugin, inForce) ?? Number.POSITIVE_INFINITY
  for (const [name, value] of Object.entries(values) as [string, number][])
    if (value > most(name))
      throw new EditError(EditFault.invalid, {
        path,
        wrong: `cannot have ${name}=${value}`,
        right: `${most(name)}, the most that LIO takes of it`,
      })
  const sectors = most('optimal_sectors')
  const isTooMuch = 'block_size' in values && 'optimal_sectors' in attributes && inForce('optimal_sectors') > sectors
  const { pi_prot_type: type } = values
  return {
    ...(type !== undefined && { pi_prot_verify: type === 0 ? 0 : 1 }),
    ...values,
    ...(isTooMuch && { optimal_sectors: sectors }),
  }
}

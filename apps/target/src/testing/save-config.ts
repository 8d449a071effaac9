/** A LUN's storage object in LIO's words, as far as a test cares. */
export type StorageObject = { readonly plugin: string; readonly name: string } & Readonly<Record<string, unknown>>

/** The target of configurations made here. */
export const TARGET_NAME = 'iqn.2026-11.com.example:test'

/** LIO's attributes for a TPG that lets everybody in. */
export const OPEN_TO_ALL = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }

/** A saveconfig.json with one target, whose LUN n is the nth storage object, on any free port of 127.0.0.1. */
export function saveConfig(storage_objects: readonly StorageObject[], tpg: object = {}, rest: object = {}): string {
  const luns = storage_objects.map(({ plugin, name }, index) => ({
    index,
    storage_object: `/backstores/${plugin}/${name}`,
  }))
  const portals = [{ ip_address: '127.0.0.1', port: 0 }]
  const tpgs = [{ tag: 1, attributes: OPEN_TO_ALL, luns, portals, ...tpg }]
  return JSON.stringify({ storage_objects, targets: [{ fabric: 'iscsi', wwn: TARGET_NAME, tpgs }], ...rest })
}

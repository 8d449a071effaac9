import { plugins, storageSettings } from '../../packages/config/src/index.ts'
import type { PluginRow } from '../../packages/config/src/plugins/plugin.ts'
import type { Kinds, ObjectKind } from '../../packages/config/src/schema/kind.ts'
import { layerSettings } from '../../packages/config/src/tables/layer-settings.ts'
import type { SettingRow } from '../../packages/config/src/tables/setting.ts'
import { STORES, type StoreRow } from './store-abilities.ts'

const START = `# Backstores

Made by \`npm run documents\` from the tables of \`@lunkit/config\` and from \`scripts/documents/store-abilities.ts\`, which is compared with stores that are
opened (\`backstores-page.test.ts\` beside it, and \`test/faults/block-store.test.ts\` for devices).

A storage object is a store, which keeps blocks, and what stands before it. \`lunkit\` makes one by \`/backstores/PLUGIN create\`, with targetcli's words; a program by
\`fileio()\`, \`block()\`, \`ramdisk()\` or \`pscsi()\` of [lunkit](../packages/lunkit/README.md). How to choose and set them: [Configure](operating/configure.md).
`

interface WrittenService {
  readonly kind: ObjectKind<Kinds, Kinds>
}
type WrittenPlugin = PluginRow<WrittenService | undefined>

/** A table of Markdown. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')

/** Keys that every storage object has stand in saveconfig(5). */
const EVERY = new Set(['name', 'plugin', 'attributes', 'alua_tpgs', 'wwn', 'readonly'])
const keysOf = (keys: Kinds): string[] =>
  Object.keys(keys)
    .filter(key => !EVERY.has(key))
    .map(key => `\`${key}\``)

function pluginRow([name, { meaning, product = '', service }]: [string, WrittenPlugin]): readonly string[] {
  const keys =
    service === undefined
      ? ['kept in the file, and not served by `lunkitd`']
      : [...keysOf(service.kind.shape.required), ...keysOf(service.kind.shape.optional)]
  return [`\`${name}\``, meaning, product, keys.join(', ')]
}

const ABILITIES: readonly [what: string, of: (row: StoreRow) => string][] = [
  ['gives space back (UNMAP, WRITE SAME with UNMAP)', row => answer(row, 'discard')],
  ['reads zeroes there afterwards (LBPRZ)', ({ features }) => yes(features.discardsToZeroes)],
  ['tells what has space (GET LBA STATUS)', row => answer(row, 'extents')],
  ['a write may be volatile until it is flushed (WCE)', row => answer(row, 'writeBack')],
  [
    'is a medium that rotates, unless `is_nonrot` says otherwise',
    ({ rotational, depends }) => depends.rotational ?? yes(rotational),
  ],
  ['can have another size', ({ size }) => size],
  ['is there when lunkitd starts again', ({ kept }) => kept],
]

const yes = (is: boolean): string => (is ? 'yes' : 'no')

function answer({ features, depends }: StoreRow, name: 'discard' | 'extents' | 'writeBack'): string {
  return depends[name] ?? yes(features[name])
}

const settingRow = ([name, { kind, default: value, meaning }]: [string, SettingRow<unknown>]): readonly string[] => [
  `\`${name}\``,
  kind.right,
  value === undefined ? '' : `\`${JSON.stringify(value)}\``,
  meaning,
]
const settingHead = ['Setting', 'Right is', 'Not set', 'What it does']
const rowsOf = (settings: Readonly<Record<string, SettingRow<unknown>>>) => Object.entries(settings).map(settingRow)

/** The layers, in the order in which an operation meets them, and how the settings of each begin. */
const LAYERS = [
  [
    'log',
    'each operation, or each that fails, is a line of the [log](logs.md): what, where, for which initiator, how it ended and how long it took; so many lines of a disk in ten seconds, and how many more there were',
  ],
  [
    'limit',
    'so many operations and bytes a second, together and for each initiator; initiators that wait have their turns one after the other. What is over it waits, and is not refused',
  ],
  ['delay', 'for tests: operations are held back for a time'],
  ['fault', 'for tests: operations end in a fault, and do not reach the store'],
  [
    'verify',
    'a CRC32C of each block that is written, in a file beside it; a block that has something else when it is read is a MEDIUM ERROR with its LBA. The disk is opened anew when that changes. What it keeps through a power cut, and what not: [0025](decisions/0025-verified-blocks.md)',
  ],
] as const

const READ_ONLY = `\`readonly\` of a storage object opens what keeps it for reading alone, where it can be, and has every command that would change it answered with WRITE PROTECTED;
MODE SENSE says so (WP). The layers below stand before that. They are settings (\`lunkit set setting\`), which change while the disk is served; none of them is
in the way of a disk that has none.`

/** `docs/backstores.md`: what each store and layer can do, and what can be set of it. */
export function backstoresPage(): string {
  const { own, layers } = settingsByKind()
  const stores: readonly StoreRow[] = Object.values(STORES)
  const chapters: readonly [string, string][] = [
    [
      'Plugins',
      table(
        ['Plugin', 'What it is', 'INQUIRY names it', 'Keys of its own'],
        Object.entries(plugins as unknown as Readonly<Record<string, WrittenPlugin>>).map(pluginRow),
      ),
    ],
    [
      'What a store can do',
      table(
        ['', ...stores.map(({ asked }) => asked)],
        ABILITIES.map(([what, of]) => [what, ...stores.map(of)]),
      ),
    ],
    [
      'Devices that commands are passed through to',
      'Each command goes to the device of a `pscsi` storage object as it is, with its sense data and residual; REPORT LUNS, reservations and the names of our ports are ours. `dev` is a node of the device (`/dev/sg3`, `/dev/sdb`, `/dev/sr0`, `/dev/st0`, a link to one), or its address, `2:0:0:1` (host, channel, target, LUN), which may be another one after the next start. Nobody else may hold or mount it meanwhile. A command may have as much data as the host moves with one, 16 MiB at most, so a tape has long blocks too. It has no settings, and no layers stand before it. Of the rest of this page nothing is about them.',
    ],
    ['Settings of a storage object', table(settingHead, rowsOf(own))],
    ['Layers', [READ_ONLY, table(['Layer', 'What it does'], LAYERS), table(settingHead, rowsOf(layers))].join('\n\n')],
  ]
  return `${START}${chapters.map(([title, text]) => `\n## ${title}\n\n${text}\n`).join('')}`
}

function settingsByKind() {
  const all: Readonly<Record<string, SettingRow<unknown>>> = storageSettings
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in layerSettings)))
  return { own, layers: layerSettings as Readonly<Record<string, SettingRow<unknown>>> }
}

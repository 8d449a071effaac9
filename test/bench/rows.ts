import type { Load } from './load-run.ts'

/** Who is measured. */
export const ContenderName = {
  lunkitd: 'lunkitd',
  /** lunkitd that spins for a moment before it sleeps (`poll_us`). */
  polling: 'polling',
  /** lunkitd with all counting taken out: what statistics cost. */
  uncounted: 'uncounted',
  tgtd: 'tgtd',
  /** Debian's istgt, where it is installed. */
  istgt: 'istgt',
  /** No server: fio on the store itself, with as much under way (libaio). What goes past the page cache cannot be faster. */
  fio: 'fio',
  /** The C program that only preads and pwrites. */
  plain: 'plain',
  /** The same program without a file: the bytes cross the socket and nothing else happens. */
  echo: 'echo',
} as const
export type ContenderName = (typeof ContenderName)[keyof typeof ContenderName]

/** What lies behind the LUN. */
export const StoreKind = {
  /** A file in the page cache, write-back. */
  cached: 'cached',
  /** A file whose writes are on the disk before they are acknowledged. */
  through: 'through',
  /** A file of which the page cache holds nothing when a run begins. */
  cold: 'cold',
  /** A file, past the page cache. */
  directFile: 'directFile',
  /** A block device (a loop device), through the page cache. */
  device: 'device',
  /** A block device, past the page cache, whose own medium is reached past it too. */
  directDevice: 'directDevice',
  /** Memory: lunkitd's ramdisk, for others a file in tmpfs. */
  memory: 'memory',
  /** Nothing: lunkitd's nullio. */
  nothing: 'nothing',
} as const
export type StoreKind = (typeof StoreKind)[keyof typeof StoreKind]

/** Whether a store is a block device. */
export const isDevice = (kind: StoreKind): boolean => kind === StoreKind.device || kind === StoreKind.directDevice

/** Whether it is read and written past the page cache. */
export const isDirect = (kind: StoreKind): boolean => kind === StoreKind.directDevice || kind === StoreKind.directFile

/** One line of the report: a load on a kind of store, and who is measured with it. */
export type Row = {
  /** Its name on the command line, such as `cached/4k/read/d32`. */
  readonly name: string
  readonly title: string
  /** Rows of one field run on the same servers and the same files, one after another. */
  readonly field: string
  readonly store: StoreKind
  readonly contenders: readonly ContenderName[]
  readonly load: Load
  /** How often its servers are started anew, over which the rounds are divided: V8 compiles each as it likes. */
  readonly starts: number
  /** For so many seconds after each start nothing is measured: until V8 has compiled what the load runs through. */
  readonly settleSeconds: number
  /** Part of the quick subset. */
  readonly quick: boolean
  /** Measured only where its name is asked for: it needs loop devices, and root. */
  readonly byHand: boolean
}

const KIB = 1024
const MIB = 1024 * KIB
const { lunkitd, polling, uncounted, tgtd, fio, istgt, plain, echo } = ContenderName

type Mode = 'read' | 'write'
const modes: readonly Mode[] = ['read', 'write']

type Shape = {
  readonly field: string
  readonly store: StoreKind
  readonly contenders: readonly ContenderName[]
  readonly mode: Mode | 'mixed'
  readonly bytes: number
  readonly depth: number
  readonly sessions?: number
  readonly order?: Load['order']
  readonly onePass?: boolean
  readonly digests?: boolean
  readonly starts?: number
  readonly settleSeconds?: number
  readonly quick?: boolean
  readonly byHand?: boolean
}

const readPercents = { read: 100, write: 0, mixed: 70 } as const

function row(shape: Shape): Row {
  const { field, store, contenders, mode, bytes, depth, sessions = 1, order = 'random', quick = false } = shape
  const { onePass = false, digests = false, starts = 1, settleSeconds = 0, byHand = false } = shape
  const size = sizeOf(bytes)
  const many = sessions === 1 ? '' : `, ${sessions} sessions`
  const sequence = order === 'sequential' ? 'sequential' : 'random'
  return {
    name: `${field}/${mode}/d${depth}${sessions === 1 ? '' : `x${sessions}`}`,
    title: `${size} ${sequence} ${mode === 'mixed' ? '70 % read, 30 % write' : mode}, depth ${depth}${many}`,
    field,
    store,
    contenders,
    starts,
    settleSeconds,
    quick,
    byHand,
    load: { bytes, depth, sessions, readPercent: readPercents[mode], order, onePass, digests },
  }
}

function sizeOf(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / KIB} KiB`
}

const cached = { store: StoreKind.cached, contenders: [lunkitd, tgtd, istgt, plain] } as const
const memory = { store: StoreKind.memory, contenders: [lunkitd, tgtd, echo] } as const
const nothing = { store: StoreKind.nothing, contenders: [lunkitd, echo] } as const
const onDisk = { contenders: [lunkitd, tgtd] } as const
const small = { bytes: 4 * KIB } as const
const settled = { starts: 5, settleSeconds: 2 } as const
const sequential = { order: 'sequential', depth: 16 } as const

/** The same loads on every kind of store that is a file or a device: beside tgt, and where the page cache is out of it beside fio. */
const stores: readonly { readonly field: string; readonly store: StoreKind }[] = [
  { field: 'stores/file', store: StoreKind.cached },
  { field: 'stores/direct-file', store: StoreKind.directFile },
  { field: 'stores/block-cached', store: StoreKind.device },
  { field: 'stores/block', store: StoreKind.directDevice },
]

function storeRows({ field, store }: (typeof stores)[number]): Row[] {
  const common = { store, contenders: isDirect(store) ? [lunkitd, tgtd, fio] : [lunkitd, tgtd], byHand: true }
  return [
    ...[1, 32].flatMap(depth => modes.map(mode => row({ ...common, ...small, field: `${field}/4k`, mode, depth }))),
    ...modes.map(mode =>
      row({ ...common, field: `${field}/64k`, bytes: 64 * KIB, order: 'sequential', mode, depth: 8 }),
    ),
  ]
}

/** Every row, in the order of the report. */
export const rows: readonly Row[] = [
  ...modes.flatMap(mode =>
    [1, 8, 32, 128].map(depth =>
      row({ field: 'cached/4k', ...cached, ...small, mode, depth, quick: depth === 1 || depth === 32 }),
    ),
  ),
  ...modes.map(mode =>
    row({ field: 'polling/4k', ...cached, contenders: [lunkitd, polling, tgtd, echo], ...small, mode, depth: 1 }),
  ),
  ...modes.map(mode =>
    row({ field: 'statistics/4k', ...cached, contenders: [lunkitd, uncounted], ...small, ...settled, mode, depth: 32 }),
  ),
  row({ field: 'cached/64k', ...cached, mode: 'mixed', bytes: 64 * KIB, depth: 16 }),
  ...modes.map(mode => row({ field: 'cached/128k', ...cached, ...sequential, mode, bytes: 128 * KIB, quick: true })),
  ...modes.map(mode => row({ field: 'cached/1m', ...cached, ...sequential, mode, bytes: MIB })),
  ...modes.flatMap(mode =>
    [1, 4, 16, 64].map(sessions =>
      row({ field: 'sessions/4k', ...cached, contenders: [lunkitd, tgtd], ...small, mode, depth: 32, sessions }),
    ),
  ),
  ...modes.map(mode =>
    row({ field: 'digests/4k', ...cached, contenders: [lunkitd, tgtd], ...small, mode, depth: 32, digests: true }),
  ),
  ...modes.map(mode =>
    row({
      field: 'digests/128k',
      ...cached,
      contenders: [lunkitd, tgtd],
      ...sequential,
      mode,
      bytes: 128 * KIB,
      digests: true,
    }),
  ),
  ...[1, 32].map(depth =>
    row({ field: 'through/4k', store: StoreKind.through, ...onDisk, ...small, mode: 'write', depth }),
  ),
  row({ field: 'through/128k', store: StoreKind.through, ...onDisk, ...sequential, mode: 'write', bytes: 128 * KIB }),
  ...[1, 32].map(depth =>
    row({
      field: 'cold/4k',
      store: StoreKind.cold,
      ...onDisk,
      ...small,
      mode: 'read',
      depth,
      order: 'once',
      onePass: true,
    }),
  ),
  row({
    field: 'cold/128k',
    store: StoreKind.cold,
    ...onDisk,
    ...sequential,
    mode: 'read',
    bytes: 128 * KIB,
    onePass: true,
  }),
  ...modes.flatMap(mode => [1, 32].map(depth => row({ field: 'ramdisk/4k', ...memory, ...small, mode, depth }))),
  ...modes.map(mode => row({ field: 'ramdisk/128k', ...memory, ...sequential, mode, bytes: 128 * KIB })),
  ...modes.map(mode => row({ field: 'nullio/4k', ...nothing, ...small, mode, depth: 32 })),
  ...modes.map(mode => row({ field: 'nullio/128k', ...nothing, ...sequential, mode, bytes: 128 * KIB })),
  ...stores.flatMap(storeRows),
]

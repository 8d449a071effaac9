// The import table: which workspace package may import which. Arrows point down only.
const MAY_IMPORT = {
  wire: [],
  statistics: ['wire'],
  pdu: ['wire'],
  scsi: ['wire'],
  'scsi-engine': ['scsi', 'statistics', 'wire'],
  backstores: ['statistics', 'wire'],
  target: ['pdu', 'statistics', 'wire'],
  initiator: ['pdu', 'scsi', 'wire'],
  config: ['pdu', 'wire'],
  isns: ['wire'],
  control: ['config', 'wire'],
  metrics: ['wire'],
  lunkit: ['backstores', 'initiator', 'scsi', 'scsi-engine', 'statistics', 'target', 'wire'],
}

/** The second doors, each for its own audience: the file behind it. */
const TRANSPORT = '^packages/scsi/src/transport/index\\.ts$'
const COMPLIANCE = '^packages/backstores/src/compliance/index\\.ts$'
const STORE = '^packages/backstores/src/store/index\\.ts$'
const CLIENT = '^packages/control/src/client/index\\.ts$'
const WORDS = '^packages/config/src/words/index\\.ts$'
const SOCKET = '^packages/control/src/socket/index\\.ts$'
const TLS = '^packages/control/src/tls/index\\.ts$'
const DOOR = `^packages/[^/]+/src/index\\.ts$|${TRANSPORT}|${COMPLIANCE}|${STORE}|${CLIENT}|${WORDS}|${SOCKET}|${TLS}`

/** What commands of the CLI load when somebody calls them. */
const LOADED_LATE = ['^apps/cli/src/(disks|tgt|trace)/']

/** Tests, and what several tests of a package share: neither is published. */
const TEST = ['\\.test\\.ts$', '^(packages|apps)/[^/]+/src/.*testing/']
const source = name => `^packages/${name}/src/`

/** What the table allows in part: the words of transport without the rest of scsi; the contract of stores without any store. */
const THROUGH_A_NARROW_DOOR = { pdu: [TRANSPORT], 'scsi-engine': [STORE], target: [TRANSPORT], metrics: [CLIENT] }

const tableRules = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `import-table-${name}`,
  comment: `${name} may import: ${allowed.join(', ') || 'nothing'}. See ARCHITECTURE.md.`,
  severity: 'error',
  from: { path: source(name) },
  to: {
    path: '^(packages|apps|test)/',
    pathNot: [source(`(${[name, ...allowed].join('|')})`), ...(THROUGH_A_NARROW_DOOR[name] ?? [])],
  },
}))

/** Built-in modules that a layer does not know. */
const PURE = ['wire', 'statistics', 'pdu', 'scsi', 'scsi-engine']
const builtins = (...names) => names.map(name => `^(node:)?${name}$`)
const NETWORK = builtins('net', 'dgram', 'tls', 'http', 'https', 'http2')
const FILES = builtins('fs', 'fs/promises')

module.exports = {
  forbidden: [
    ...tableRules,
    {
      name: 'by-the-door',
      comment: 'A package is imported by name through one of its doors, never by a file inside it.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^packages/', pathNot: [DOOR, '^packages/$2/'] },
    },
    {
      name: 'by-the-door-from-test',
      comment: 'A package is imported by name through one of its doors, never by a file inside it.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^(packages|apps)/', pathNot: [DOOR] },
    },
    {
      name: 'no-app-imports',
      comment: 'Nothing imports an app; apps do not import each other.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$2/' },
    },
    {
      name: 'no-sockets-or-files',
      comment: 'These layers know no sockets, files, processes or threads: they are given what they need.',
      severity: 'error',
      from: { path: source(`(${PURE.join('|')})`), pathNot: TEST },
      to: { path: [...NETWORK, ...FILES, ...builtins('child_process', 'worker_threads', 'cluster')] },
    },
    {
      name: 'no-sockets-in-config',
      comment: 'A configuration is read from and saved to a file; it opens and starts nothing of what it describes.',
      severity: 'error',
      from: { path: source('config'), pathNot: TEST },
      to: { path: [...NETWORK, ...builtins('child_process', 'worker_threads', 'cluster')] },
    },
    {
      name: 'no-server-in-clients',
      comment:
        'A command of the CLI is to be quick: a client loads neither the server nor the schemas, but for their types.',
      severity: 'error',
      from: { path: '^packages/control/src/client/', pathNot: TEST },
      to: {
        path: ['^packages/control/src/(server|methods)/', '^packages/config/', 'node_modules/(fastify|zod|@fastify)/'],
        pathNot: '^packages/control/src/methods/routes\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-server-in-the-cli',
      comment:
        'A command of the CLI is to be quick: it talks to lunkitd through the client, and loads of a configuration only its words; the rest comes when a command needs it.',
      severity: 'error',
      from: { path: '^apps/cli/src/', pathNot: [...TEST, ...LOADED_LATE] },
      to: {
        path: ['^packages/', ...LOADED_LATE],
        pathNot: [CLIENT, WORDS, '^packages/wire/'],
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'no-server-in-the-initiator-of-the-cli',
      comment: 'The commands of the CLI that are initiators know the initiator and its words, and no target.',
      severity: 'error',
      from: { path: LOADED_LATE, pathNot: TEST },
      to: {
        path: '^packages/',
        pathNot: [source('(initiator|scsi|config|pdu)'), CLIENT, WORDS, '^packages/wire/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-server-in-sockets',
      comment: 'A daemon that nobody asks anything loads neither the server nor the schemas.',
      severity: 'error',
      from: { path: '^packages/control/src/socket/', pathNot: TEST },
      to: {
        path: ['^packages/control/src/(server|methods)/', '^packages/config/', 'node_modules/(fastify|zod|@fastify)/'],
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'no-schemas-by-tls',
      comment: 'Strangers have nothing loaded that answers: who shows a token does.',
      severity: 'error',
      from: { path: '^packages/control/src/(tls/|server/(bad-request|fault-text|given-server))', pathNot: TEST },
      to: {
        path: ['^packages/control/src/(server|methods)/', '^packages/config/', 'node_modules/(fastify|zod|@fastify)/'],
        pathNot: '^packages/control/src/(methods/routes|server/(bad-request|fault-text|given-server))\\.ts$',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'no-sockets-in-stores',
      comment:
        'A store that talks to a server does so through a package of that protocol. The event loop hears of an eventfd as of a socket.',
      severity: 'error',
      from: { path: source('backstores'), pathNot: [TEST, 'backstores/src/native/event-descriptor'].flat() },
      to: { path: [...NETWORK, ...builtins('child_process')] },
    },
    {
      name: 'no-files-in-protocol',
      comment: 'A target and an initiator know no files; the front door opens none but through backstores.',
      severity: 'error',
      from: { path: source('(target|initiator|lunkit)'), pathNot: TEST },
      to: { path: FILES },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, be it for a type, are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-tests-in-products',
      comment: 'A test is imported by nothing, and test libraries by tests only.',
      severity: 'error',
      from: {
        path: '^(packages|apps)/',
        pathNot: [...TEST, '^packages/[^/]+/bench/'],
      },
      to: { path: [...TEST, 'node_modules/(vitest|fast-check|@fast-check)/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(packages|apps)/[^/]+/dist/', '^test/fixtures/'] },
    tsPreCompilationDeps: true,
    // Cross-package imports are judged by the source that they lead to, so that no build is needed.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.cjs', '.json', '.node'],
    },
  },
}

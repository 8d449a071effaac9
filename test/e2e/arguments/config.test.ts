import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as config from '@lunkit/config'
import { afterAll } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachChanged,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_OBJECTS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-arguments-'))
const path = join(directory, 'saveconfig.json')
afterAll(() => rmSync(directory, { recursive: true }))

const circle: { self?: object } = {}
circle.self = circle
/** None is a configuration: the first ones are JSON, of which nothing could be served, the others could not be written. */
const NO_CONFIGURATIONS: readonly unknown[] = [
  ...[null, 1, 'text', true, [], { targets: 1 }, { storage_objects: {} }, { lunkit: { poll_us: 1.5 } }],
  ...[undefined, NaN, Infinity, 1n, () => 1, new Date(0), new Map(), Buffer.from('{}')],
  ...[NaN, 1n, () => 1, new Date(0)].map(targets => ({ targets: [targets] })),
  ...[{ targets: [undefined] }, { targets: [{ tpgs: [{ deep: Infinity }] }] }, circle],
]
/** Whatever is a text of no meaning gets an answer. */
const NO_TEXT = without(NO_TEXTS, '')
const NO_PATHS = [...NO_TEXTS, 'a\0b']
const NO_MAPS: readonly unknown[] = [...NO_OBJECTS, new Map([[1, 'a']]), new Map([['a', 1]]), [['a', 'b']]]
const NO_FILE_CALLS: readonly unknown[] = without([...NO_OBJECTS, { open: () => 1 }], undefined)
const texts = (call: (bad: never) => unknown): BadCall[] => eachBad(NO_TEXT, call)

const ADDRESS = { host: '127.0.0.1', port: 3260 }
const PROBLEM = { path: 'a', wrong: 'b', right: 'c' }
const empty = () => config.parseConfiguration('{}')
const CLEAR: config.EditCall = { name: 'clear', given: {} }
const RAMDISK = { name: 'rd0', size: 512 }
const MACHINE = { host: 'a', architecture: 'b' }
/** None names an edit, or a group of values, and what it takes. */
const NO_CALLS: readonly unknown[] = [
  ...[...NO_OBJECTS, { name: 'clear' }, { name: 'toString', given: {} }, { name: 1, given: {} }],
  ...[
    { name: 'clear', given: { thereIsNoSuch: 1 } },
    { name: 'discoveryAuth', given: 1 },
  ],
]
const NO_FACTS: readonly unknown[] = [null, 1, 'text', [], { storage: 1 }, { sessions: {} }, { thereIsNoSuch: () => 1 }]
const NODE: config.TreeNode = { path: '/', name: '/', kind: 'root', summary: '', children: [] }
/** None says anything of the words of an edit. */
const NO_WORDS: readonly unknown[] = [
  ...[null, 1, 'text', { showsSecrets: 1 }, { typedSize: 1 }, { backing: 1 }, { backing: {} }],
  ...[{ backing: { existed: 1, sizeBytes: 1 } }, { backing: { existed: true, sizeBytes: -1 } }],
]
const plan = () => config.planServing(config.parseConfiguration('{}'))

describeArguments('@lunkit/config', {
  door: config,
  calls: {
    parseConfiguration: () =>
      eachBad([...NO_TEXTS, '{', '[]', 'null', '{"targets":1}'], bad => config.parseConfiguration(bad)),
    checkConfiguration: () => eachBad(NO_CONFIGURATIONS, bad => config.checkConfiguration(bad)),
    readConfiguration: () => eachBad(NO_PATHS, bad => config.readConfiguration(bad)),
    formatConfiguration: () => eachBad(NO_CONFIGURATIONS, bad => config.formatConfiguration(bad)),
    planServing: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.planServing(bad)),
      ...eachBad(NO_FUNCTIONS, bad => config.planServing(config.parseConfiguration('{}'), bad)),
    ],
    'new Planner': () => eachBad(NO_FUNCTIONS, bad => new config.Planner(bad)),
    secretReferences: () => eachBad(NO_CONFIGURATIONS, bad => config.secretReferences(bad)),
    'Planner.plan': () => eachBad(NO_CONFIGURATIONS, bad => new config.Planner().plan(bad)),
    saveConfiguration: () => [
      ...eachBad(NO_PATHS, bad => config.saveConfiguration(bad, config.parseConfiguration('{}'))),
      ...eachBad(NO_CONFIGURATIONS, bad => config.saveConfiguration(path, bad)),
    ],
    replaceFile: () => [
      ...eachBad(NO_PATHS, bad => config.replaceFile(bad, 'content')),
      ...eachBad(without(NO_TEXT, Buffer.from('text')), bad => config.replaceFile(path, bad)),
      ...eachBad(NO_FILE_CALLS, bad => config.replaceFile(path, 'content', bad)),
    ],
    'new Generations': () => [
      ...eachBad(NO_PATHS, bad => new config.Generations(bad)),
      ...eachBad(without([...NO_WHOLE_NUMBERS, 0], undefined), bad => new config.Generations(path, bad)),
    ],
    'Generations.read': () => eachBad([...NO_OBJECTS, { path }], bad => new config.Generations(path).read(bad)),
    documentChanges: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.documentChanges(bad, empty())),
      ...eachBad(NO_CONFIGURATIONS, bad => config.documentChanges(empty(), bad)),
    ],
    removeTemporaries: () => [
      ...eachBad(NO_PATHS, bad => config.removeTemporaries(bad)),
      ...eachBad(NO_FILE_CALLS, bad => config.removeTemporaries(path, bad)),
    ],
    withPartsOf: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.withPartsOf(bad, empty())),
      ...eachBad(NO_CONFIGURATIONS, bad => config.withPartsOf(empty(), bad)),
    ],
    withSerials: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.withSerials(bad, new Map())),
      ...eachBad(NO_MAPS, bad => config.withSerials(config.parseConfiguration('{}'), bad)),
    ],
    withoutStorage: () => [
      ...eachBad([...NO_OBJECTS, { storage: [] }, { targets: [] }, { targets: [], storage: {} }], bad =>
        config.withoutStorage(bad, new Map()),
      ),
      ...eachBad(NO_MAPS, bad => config.withoutStorage(plan(), bad)),
    ],
    applyEdit: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.applyEdit(bad, CLEAR)),
      ...eachBad(NO_CALLS, bad => config.applyEdit(empty(), bad)),
      ...eachChanged(RAMDISK, { name: NO_TEXT, size: NO_WHOLE_NUMBERS, wwn: [null, 1], nullio: NO_FLAGS }, bad =>
        config.applyEdit(empty(), { name: 'createRamdisk', given: bad }),
      ),
      ...eachBad([null, 1, {}, { randomBytes: 1, machine: MACHINE }, { randomBytes: () => [], machine: {} }], bad =>
        config.applyEdit(empty(), CLEAR, bad),
      ),
      ...eachBad([undefined, 'x', new Uint8Array(3)], bad =>
        config.applyEdit(
          empty(),
          { name: 'createRamdisk', given: RAMDISK },
          { randomBytes: () => bad, machine: MACHINE },
        ),
      ),
    ],
    valueMeanings: () => eachBad(NO_TEXTS, bad => config.valueMeanings(bad)),
    readValues: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.readValues(bad, { name: 'discoveryAuth', given: {} })),
      ...eachBad(NO_CALLS, bad => config.readValues(empty(), bad)),
      ...eachChanged({ target: 'a', tag: 1 }, { target: NO_TEXT, tag: NO_WHOLE_NUMBERS }, bad =>
        config.readValues(empty(), { name: 'tpgAuth', given: bad }),
      ),
    ],
    treeNode: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.treeNode(bad, '/')),
      ...eachBad([...NO_TEXT, '/nosuch'], bad => config.treeNode(empty(), bad)),
      ...eachBad(NO_FACTS, bad => config.treeNode(empty(), '/', bad)),
    ],
    statusLine: () => [
      ...eachBad(NO_OBJECTS, bad => config.statusLine(bad)),
      ...eachChanged({ path: '/', summary: '' }, { path: NO_TEXT, summary: NO_TEXT }, bad => config.statusLine(bad)),
    ],
    infoLines: () => [
      ...eachBad(NO_CONFIGURATIONS, bad => config.infoLines(bad, '/')),
      ...eachBad([...NO_TEXT, '/nosuch'], bad => config.infoLines(empty(), bad)),
      ...eachBad([null, 1, { showsSecrets: 1 }, { thereIsNoSuch: true }], bad => config.infoLines(empty(), '/', bad)),
    ],
    drawTree: () => [
      ...eachBad([undefined, null, 1, {}], bad => config.drawTree(bad, { path: '/' })),
      ...eachChanged(
        { path: '/' },
        {
          path: NO_TEXT,
          depth: [null, -1, 1.5, '1'],
          width: [null, 0, 1.5, '80'],
          paint: [null, 1, 'red'],
          roundNodes: NO_FLAGS.slice(1),
          summaries: [null, 1],
          showsRoot: [null, 'no'],
        },
        bad => config.drawTree(path => config.treeNode(empty(), path), bad),
      ),
      ...eachBad(
        [undefined, null, 'text', {}, { path: '/' }, { ...NODE, children: 1 }, { ...NODE, children: [1] }],
        bad => config.drawTree(() => bad, { path: '/' }),
      ),
      ...eachBad([undefined, null, 1], bad => config.drawTree(() => NODE, { path: '/', paint: () => bad })),
    ],
    editWords: () => [
      ...eachChanged(
        { call: CLEAR, before: empty(), edited: config.applyEdit(empty(), CLEAR) },
        {
          call: NO_CALLS,
          before: NO_CONFIGURATIONS,
          edited: [...NO_OBJECTS, { made: [] }, { configuration: {}, made: [1] }],
        },
        bad => config.editWords(bad),
      ),
      ...eachBad(NO_WORDS, bad =>
        config.editWords({ call: CLEAR, before: empty(), edited: config.applyEdit(empty(), CLEAR) }, bad),
      ),
    ],
    difference: () => [
      ...eachBad([...NO_OBJECTS, { storage: [] }, { targets: [], storage: {} }], bad => config.difference(bad, plan())),
      ...eachBad(NO_OBJECTS, bad => config.difference(plan(), bad)),
    ],
    'new ExactNumber': () =>
      eachBad([...NO_TEXTS, 'NaN', '1.', '01', '1 ', '0x10'], bad => new config.ExactNumber(bad)),
    formatPath: () =>
      eachBad([undefined, null, 1, 'text', {}, [null], [-1], [1.5], [{}]], bad => config.formatPath(bad)),
    formatPortal: () => [
      ...eachBad(NO_OBJECTS, bad => config.formatPortal(bad)),
      ...eachChanged(ADDRESS, { host: NO_TEXT, port: [undefined, null, NaN, -1, 1.5, 65_536, '3260'] }, bad =>
        config.formatPortal(bad),
      ),
    ],
    formatProblem: () => [
      ...eachBad(NO_OBJECTS, bad => config.formatProblem(bad)),
      ...eachChanged(PROBLEM, { path: NO_TEXT, wrong: NO_TEXT, right: NO_TEXT }, bad => config.formatProblem(bad)),
    ],
    formatSecretReference: () =>
      eachBad([...NO_OBJECTS, { file: 1 }, { file: '/a', credential: 'b' }], bad => config.formatSecretReference(bad)),
    formatStorageKey: () => [
      ...eachBad(NO_OBJECTS, bad => config.formatStorageKey(bad)),
      ...eachChanged({ plugin: 'fileio', name: 'a' }, { plugin: NO_TEXT, name: NO_TEXT }, bad =>
        config.formatStorageKey(bad),
      ),
    ],
    isIscsiName: () => texts(bad => config.isIscsiName(bad)),
    naaDigits: () => texts(bad => config.naaDigits(bad)),
    normalizeIscsiName: () => texts(bad => config.normalizeIscsiName(bad)),
    parseAddress: () => texts(bad => config.parseAddress(bad)),
    parseRedirectionAddress: () => texts(bad => config.parseRedirectionAddress(bad)),
    parsePortal: () => texts(bad => config.parsePortal(bad)),
    parseStoragePath: () => texts(bad => config.parseStoragePath(bad)),
    presentPluginName: () => texts(bad => config.presentPluginName(bad)),
    storageAttribute: () => [
      ...eachBad(NO_OBJECTS, bad => config.storageAttribute(bad, 'block_size')),
      ...eachBad([...NO_TEXTS, 'thereIsNoSuch', 'toString'], bad => config.storageAttribute({ plugin: 'fileio' }, bad)),
    ],
    attributeInForce: () => [
      ...eachBad(NO_OBJECTS, bad => config.attributeInForce(bad, {}, 'authentication')),
      ...eachBad([null, 1, 'text', []], bad => config.attributeInForce(config.tpgAttributes, bad, 'authentication')),
      ...eachBad([...NO_TEXTS, 'thereIsNoSuch', 'toString'], bad =>
        config.attributeInForce(config.tpgAttributes, {}, bad),
      ),
    ],
    parameterInForce: () => [
      ...eachBad([null, 1, 'text', []], bad => config.parameterInForce(bad, 'MaxBurstLength')),
      ...eachBad([...NO_TEXTS, 'thereIsNoSuch', 'toString'], bad => config.parameterInForce({}, bad)),
    ],
  },
  untried: {
    noArguments: ['Generations.list', 'Generations.keep'],
    calledBack: ['systemSources.randomBytes'],
    anyValue: ['attributeNumber', 'isJsonObject'],
    ofATable: [
      'edits.*.has',
      'edits.*.make',
      'valueGroups.*.has',
      'valueGroups.*.read',
      'aclAttributes.*.allows',
      'aclAttributes.*.from',
      'aclAttributes.*.when',
      'aluaAttributes.*.allows',
      'aluaAttributes.*.from',
      'aluaAttributes.*.when',
      'storageAttributes.*.allows',
      'storageAttributes.*.from',
      'storageAttributes.*.when',
      'tpgAttributes.*.allows',
      'tpgAttributes.*.from',
      'tpgAttributes.*.when',
      'tpgParameters.*.allows',
      'tpgParameters.*.from',
      'tpgParameters.*.when',
      'plugins.*.alua_support',
      'plugins.*.emulate_write_cache',
      'plugins.*.isWriteBack',
      'plugins.*.is_nonrot',
      'plugins.*.pgr_support',
      'plugins.*.plan',
      'plugins.*.read',
      'plugins.*.sizeBytes',
      'serverSettings.*.read',
      'loginSettings.*.read',
      'secretSettings.*.read',
      'storageSettings.*.read',
    ],
  },
  state: () => readdirSync(directory),
})

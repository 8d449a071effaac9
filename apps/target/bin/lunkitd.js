#!/usr/bin/env node
// Starts lunkitd on a Node that it can run on, whatever Node came first on the PATH. It is plain JavaScript of 2020 so that
// an old Node can read it, and it is checked in so that npm can link it before anything is built.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { asLauncher, whenStarterIsGone } from './starter.js'

// Those that the daemon catches; src/signals/signal-table.ts says what they do there.
const ENDING_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGPWR', 'SIGXCPU']
const OTHER_SIGNALS = ['SIGHUP', 'SIGUSR2', 'SIGUSR1', 'SIGALRM', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGSTKFLT']
const SOURCE_CONDITION = '--conditions=source'
// Else SIGUSR1 would open Node's inspector on a port; with it Node keeps the signal blocked.
const NO_INSPECTOR = '--disable-sigusr1'
// What Node reports of its own end is without the environment, of every thread.
const NO_ENVIRONMENT = '--report-exclude-env'
const NODE_FLAGS = [NO_INSPECTOR, NO_ENVIRONMENT]

// A command passes through many small functions. V8 inlines 920 bytes of bytecode into one and nothing that has more than 460: what it
// leaves out costs a READ some five per cent. A V8 that has no such settings goes on without.
const INLINED = ['--max-inlined-bytecode-size-cumulative=3000', '--max-inlined-bytecode-size=1000']

const self = fileURLToPath(import.meta.url)
const packageDirectory = dirname(dirname(self))
const sourceMain = join(packageDirectory, 'src', 'main.ts')
const inCheckout = existsSync(sourceMain)
/** The sources need a Node that reads TypeScript; what is built from them needs execve, and NODE_FLAGS. */
const OLDEST_NODE = inCheckout ? '24.20' : '22.15'

/** The Node that npm installed beside us: the checkout's own, or one that the user has added. */
function findInstalledNode() {
  const name = `node-${process.platform}-${process.arch}`
  const require = nodeModule.createRequire(self)
  try {
    const manifest = require.resolve(`${name}/package.json`)
    const path = join(dirname(manifest), 'bin', 'node')
    return existsSync(path) ? { path, version: require(manifest).version } : undefined
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number)
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** The Node to run on: in a checkout the pinned one, else the one that was chosen, unless it is too old. */
function chooseNode() {
  const own = { path: process.execPath, version: process.versions.node }
  const candidates = inCheckout ? [findInstalledNode(), own] : [own, findInstalledNode()]
  return candidates.find(node => node !== undefined && isNewEnough(node.version))
}

/** Runs this file again on `node`. It returns only where the process cannot be replaced; then a child runs and we wait. */
function startAgain(node) {
  const flags = process.execArgv.filter(flag => flag !== SOURCE_CONDITION && !NODE_FLAGS.includes(flag))
  const args = [...NODE_FLAGS, ...flags, ...(inCheckout ? [SOURCE_CONDITION] : []), self, ...process.argv.slice(2)]
  // Same process, same pid: nothing is left in between that could pass a signal on late or twice.
  if (process.execve !== undefined) process.execve(node, [node, ...args], process.env)

  const child = spawn(node, args, { stdio: 'inherit', env: asLauncher(process.env) })
  const forward = signal => child.kill(signal)
  for (const signal of [...ENDING_SIGNALS, ...OTHER_SIGNALS]) process.on(signal, forward)
  whenStarterIsGone(() => child.kill('SIGTERM'))
  child.on('error', error => {
    process.stderr.write(`lunkitd: cannot start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    // Whoever started us sees the same end as we saw: a signal, not a code.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** A directory of our own: in the shared /tmp another user could plant code for a daemon that runs as root. */
function compileCacheDirectory() {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME } = process.env
  return join(CACHE_DIRECTORY || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'lunkitd'), 'compile')
}

function run() {
  // Before anything that will be compiled is loaded.
  for (const flag of INLINED) setFlagsFromString(flag)
  // A signal, so that it ends as an administrator would end it: drained and flushed.
  whenStarterIsGone(() => process.kill(process.pid, 'SIGTERM'))
  const cache = process.env.NODE_COMPILE_CACHE || compileCacheDirectory()
  nodeModule.enableCompileCache(cache)
  // Threads find it in the environment. From sources it saves each of them the memory of what reads TypeScript, 15 MB.
  process.env.NODE_COMPILE_CACHE = cache
  const main = inCheckout ? sourceMain : join(packageDirectory, 'dist', 'main.js')
  // Written now, not at exit: a daemon may end by SIGKILL.
  return import(pathToFileURL(main).href).then(() => nodeModule.flushCompileCache())
}

// What asks for no end must not end what is only being started.
for (const signal of OTHER_SIGNALS) process.on(signal, () => {})

const node = chooseNode()
const given = process.execArgv
const hasFlags = NODE_FLAGS.every(flag => given.includes(flag)) && (!inCheckout || given.includes(SOURCE_CONDITION))
if (node === undefined) {
  process.stderr.write(`lunkitd needs Node ${OLDEST_NODE} or newer; this is ${process.version}\n`)
  process.exit(1)
} else if (node.version === process.versions.node && hasFlags) {
  void run()
} else {
  startAgain(node.path)
}

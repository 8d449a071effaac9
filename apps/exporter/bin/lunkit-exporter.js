#!/usr/bin/env node
// Starts lunkit-exporter on a Node that it can run on, whatever Node came first on the PATH. It is plain JavaScript of 2020 so that
// an old Node can read it, and it is checked in so that npm can link it before anything is built.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const SOURCE_CONDITION = '--conditions=source'
const self = fileURLToPath(import.meta.url)
const packageDirectory = dirname(dirname(self))
const sourceMain = join(packageDirectory, 'src', 'main.ts')
const inCheckout = existsSync(sourceMain)
/** The sources need a Node that reads TypeScript; what is built from them needs its compile cache. */
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

const args = process.argv.slice(2)

/** Runs this file again on `node`. It returns only where the process cannot be replaced; then a child runs and we wait. */
async function startAgain(node) {
  const flags = process.execArgv.filter(flag => flag !== SOURCE_CONDITION)
  const all = [...flags, ...(inCheckout ? [SOURCE_CONDITION] : []), self, ...args]
  if (process.execve !== undefined) process.execve(node, [node, ...all], process.env)

  const { spawn } = await import('node:child_process')
  const child = spawn(node, all, { stdio: 'inherit' })
  // The terminal signals the child too, and it is the child who says what comes of it.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', error => {
    process.stderr.write(`lunkit-exporter: cannot start ${node}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
}

/** A directory of our own: in the shared /tmp another user could plant code for whoever is root. */
function compileCacheDirectory() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lunkit', 'compile')
}

function run() {
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE || compileCacheDirectory())
  return import(pathToFileURL(inCheckout ? sourceMain : join(packageDirectory, 'dist', 'main.js')).href)
}

const node = chooseNode()
if (node === undefined) {
  process.stderr.write(`lunkit-exporter needs Node ${OLDEST_NODE} or newer; this is ${process.version}\n`)
  process.exit(1)
} else if (node.version === process.versions.node && (!inCheckout || process.execArgv.includes(SOURCE_CONDITION))) {
  void run()
} else {
  void startAgain(node.path)
}

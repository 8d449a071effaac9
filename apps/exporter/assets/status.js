// Keeps the page as lunkitd is: takes what has changed from the stream of events, and changes that. Every text becomes a text, and
// nothing that comes is ever read as HTML.

import { followPointer, pointAgain } from './pointed.js'

/** @typedef {[tag: string, attributes: Record<string, string>, content: Markup[]]} MadeOf an element */
/** @typedef {string | MadeOf} Markup a text, or an element */

const SVG = 'http://www.w3.org/2000/svg'
/** Milliseconds: who has heard nothing for so long asks again. */
const SILENCE = 30_000
/** Milliseconds between one try and the next. */
const AGAIN = 3000

const live = /** @type {HTMLElement} */ (document.getElementById('live'))
const pause = /** @type {HTMLButtonElement} */ (document.getElementById('pause'))

/**
 * Makes an element.
 * @param {MadeOf} markup
 * @param {Element} parent
 */
function made([tag, attributes, inside], parent) {
  const space = tag === 'svg' ? SVG : parent.namespaceURI
  const element = document.createElementNS(space, tag)
  dress(element, attributes)
  fit(element, inside)
  return element
}

/**
 * Gives an element these attributes, and no others.
 * @param {Element} element
 * @param {Record<string, string>} attributes
 */
function dress(element, attributes) {
  for (const name of element.getAttributeNames()) if (!(name in attributes)) element.removeAttribute(name)
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/**
 * Has an element contain these. What can stay stays, so that whoever has gone to a link with the keyboard is still there.
 * @param {Element} parent
 * @param {Markup[]} wanted
 */
function fit(parent, wanted) {
  for (const [at, markup] of wanted.entries()) fitOne(parent, parent.childNodes[at], markup)
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove()
}

/**
 * @param {Element} parent
 * @param {ChildNode | undefined} there
 * @param {Markup} markup
 */
function fitOne(parent, there, markup) {
  if (typeof markup === 'string') {
    if (!(there instanceof Text)) put(parent, there, new Text(markup))
    else if (there.data !== markup) there.data = markup
    return
  }
  const [tag, attributes, inside] = markup
  if (!(there instanceof Element) || there.localName !== tag) return put(parent, there, made(markup, parent))
  dress(there, attributes)
  fit(there, inside)
}

/**
 * @param {Element} parent
 * @param {ChildNode | undefined} there
 * @param {Node & ChildNode} node
 */
function put(parent, there, node) {
  if (there === undefined) parent.append(node)
  else there.replaceWith(node)
}

/**
 * Shows what has come.
 * @param {Record<string, unknown>} parts
 */
function show({ title, ...regions }) {
  if (typeof title === 'string') document.title = title
  for (const [id, markup] of Object.entries(regions)) {
    const region = document.getElementById(id)
    if (region !== null) fit(region, /** @type {Markup[]} */ (markup))
  }
  pointAgain()
}

/** @param {'live' | 'paused' | 'waiting'} state @param {string} words */
function say(state, words) {
  document.documentElement.dataset.live = state
  if (live.textContent !== words) live.textContent = words
}

/** @type {EventSource | undefined} */
let source
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
let isPaused = false

function stop() {
  source?.close()
  source = undefined
  clearTimeout(timer)
}

/** Follows lunkitd while somebody looks: a page that is hidden, or paused, asks for nothing. */
function follow() {
  stop()
  if (isPaused) return say('paused', 'paused')
  if (document.hidden) return
  const stream = new EventSource(`events${location.search}`)
  source = stream
  timer = setTimeout(again, SILENCE)
  stream.addEventListener('page', ({ data }) => {
    clearTimeout(timer)
    timer = setTimeout(again, SILENCE)
    show(JSON.parse(data))
    say('live', 'live')
  })
  stream.addEventListener('error', again)
}

function again() {
  stop()
  say('waiting', 'not followed: trying again')
  timer = setTimeout(follow, AGAIN)
}

followPointer(/** @type {HTMLElement} */ (document.getElementById('charts')))
pause.hidden = false
pause.addEventListener('click', () => {
  isPaused = !isPaused
  pause.textContent = isPaused ? 'Go on' : 'Pause'
  follow()
})
document.addEventListener('visibilitychange', follow)
// One that the browser has kept aside follows again when somebody comes back to it.
addEventListener('pagehide', stop)
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) follow()
})
follow()

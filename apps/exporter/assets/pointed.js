// Says what a chart was where somebody points at it, by the pointer, by touch or by the keyboard. Over each chart lies a slider, which has
// as many seconds as the chart goes back.

/** @typedef {[x: number, heights: (number | null)[], words: string[]]} Value what a chart was at a time */

/** Where it is pointed at now: in which chart, and how many seconds from its left. @type {{slider: HTMLInputElement, x: number} | undefined} */
let pointed

/** @param {EventTarget | null} target @returns {HTMLInputElement | undefined} */
const sliderAt = target => (target instanceof HTMLInputElement && target.type === 'range' ? target : undefined)

/** @param {number} seconds */
function ago(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  if (whole === 0) return 'now'
  return whole < 60 ? `${whole} s ago` : `${Math.floor(whole / 60)} min ${whole % 60} s ago`
}

/** @param {HTMLInputElement} slider */
const secondsOf = slider => -Number(slider.min)

/** @param {HTMLInputElement} slider */
function partsOf(slider) {
  const figure = /** @type {HTMLElement} */ (slider.closest('figure'))
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (figure.querySelector(selector))
  const names = [...figure.querySelectorAll('.legend span')].map(({ textContent }) => textContent ?? '')
  return { svg: find('svg'), mark: find('path.mark'), dots: find('path.dots'), said: find('.said'), names }
}

/** @param {Element} svg @param {number} x @returns {Value | undefined} the one that is nearest */
function valueAt(svg, x) {
  /** @type {Value[]} */
  const values = JSON.parse(svg.getAttribute('data-values') ?? '[]')
  const far = (/** @type {Value} */ [at]) => Math.abs(at - x)
  return values.reduce((/** @type {Value | undefined} */ best, each) => {
    return best === undefined || far(each) <= far(best) ? each : best
  }, undefined)
}

/** Says it: in words above the line, and to who listens. @param {HTMLInputElement} slider @param {number} wanted */
function tell(slider, wanted) {
  const { svg, mark, dots, said, names } = partsOf(slider)
  const seconds = secondsOf(slider)
  const value = valueAt(svg, wanted)
  if (value === undefined) return slider.setAttribute('aria-valuetext', 'nothing is known')
  const [x, heights, words] = value
  mark.setAttribute('d', `M${x} 0V100`)
  dots.setAttribute('d', heights.map(y => (y === null ? '' : `M${x} ${y}h0`)).join(''))
  const all = `${ago(seconds - x)}: ${names.map((name, at) => `${name} ${words[at]}`).join(', ')}`
  slider.setAttribute('aria-valuetext', all)
  said.textContent = all
  // Within the chart, wherever it points.
  const part = `${(x / seconds) * 100}%`
  said.style.left = part
  said.style.translate = `-${part} 0`
}

/** @param {HTMLInputElement} slider */
function untell(slider) {
  const { mark, dots, said } = partsOf(slider)
  for (const path of [mark, dots]) path.setAttribute('d', '')
  said.textContent = ''
}

/** Points there, and nowhere else. @param {HTMLInputElement | undefined} slider @param {number} [x] where its thumb is, unless it is said */
function point(slider, x) {
  if (pointed !== undefined && pointed.slider !== slider) untell(pointed.slider)
  pointed = slider && { slider, x: x ?? secondsOf(slider) + Number(slider.value) }
  if (pointed !== undefined) tell(pointed.slider, pointed.x)
}

/** What is pointed at has been drawn anew. */
export function pointAgain() {
  if (pointed?.slider.isConnected) point(pointed.slider, pointed.x)
  else pointed = undefined
}

/** @param {Event} event */
function follow(event) {
  const { target, pointerType, clientX } = /** @type {PointerEvent} */ (event)
  const slider = sliderAt(target)
  if (slider === undefined || pointerType !== 'mouse') return
  const { left, width } = slider.getBoundingClientRect()
  point(slider, (secondsOf(slider) * (clientX - left)) / width)
}

/** Follows whoever points at charts. @param {Element} charts where they are */
export function followPointer(charts) {
  for (const name of ['input', 'focusin']) charts.addEventListener(name, ({ target }) => point(sliderAt(target)))
  charts.addEventListener('focusout', () => point(undefined))
  charts.addEventListener('pointermove', follow)
  // Who has gone there with the keyboard is still there; and so is what a finger has pointed at, until it points at something else.
  charts.addEventListener('pointerout', event => {
    if (/** @type {PointerEvent} */ (event).pointerType === 'mouse') point(sliderAt(document.activeElement))
  })
  document.addEventListener('pointerdown', ({ target }) => {
    if (target !== pointed?.slider) point(undefined)
  })
}

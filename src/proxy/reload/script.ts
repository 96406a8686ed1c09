/**
 * What the tag loads. The stream says which release would serve the page now: it is told at once where that changed while nobody listened. It
 * is open only while the page is seen, since browsers allow six connections per origin over HTTP/1.1. A page that still comes from the
 * release before after a reload, from a service worker's cache for instance, is left alone; `reloading`: but browsers may drop a reload while
 * they bring back a page that they had kept.
 */
export const reloadScript = `;(() => {
  const tag = document.currentScript
  try {
    if (parent !== self && parent.document.querySelector('script[data-release][src$="/.imm/reload.js"]')) return
  } catch {}
  const own = tag.dataset.release
  const address = new URL('reload', tag.src).href
  const key = 'imm-reload'
  let stream, timer, pauseMs = 500, reloading = false
  const stop = () => {
    clearTimeout(timer)
    stream?.close()
    stream = undefined
  }
  const start = () => {
    if (stream || document.hidden) return
    clearTimeout(timer)
    stream = new EventSource(address)
    stream.onmessage = ({data: live}) => {
      pauseMs = 500
      const step = live === own ? '' : own + ' ' + live
      try {
        if (step && !reloading && sessionStorage.getItem(key) === step)
          return console.info('imm: ' + live + ' is live, but this page came from ' + own + ' again: a cache gave it')
        sessionStorage.setItem(key, step)
      } catch {}
      if (!step) return
      reloading = true
      stop()
      location.reload()
    }
    stream.onerror = () => {
      if (stream?.readyState !== EventSource.CLOSED) return
      stop()
      timer = setTimeout(start, pauseMs)
      pauseMs = Math.min(pauseMs * 2, 5000)
    }
  }
  const follow = () => (document.hidden ? stop() : start())
  document.addEventListener('visibilitychange', follow)
  addEventListener('pagehide', stop)
  addEventListener('pageshow', follow)
  document.addEventListener('securitypolicyviolation', ({blockedURI}) => {
    if (!blockedURI.startsWith(address)) return
    stop()
    document.removeEventListener('visibilitychange', follow)
    removeEventListener('pageshow', follow)
  })
  start()
})()
`

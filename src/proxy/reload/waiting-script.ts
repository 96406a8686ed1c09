/** Of the page that is shown while nothing is live: shows what goes on, and asks for the application the moment that it is there. */
export const waitingScript = `(() => {
  const part = (id) => document.getElementById(id)
  const elapsed = part('elapsed')
  const address = document.currentScript.dataset.stream
  let sinceMs
  const count = (ms) => {
    sinceMs = Number.isFinite(ms) ? performance.now() - ms : undefined
    tick()
  }
  const tick = () => {
    const seconds = Math.floor((performance.now() - sinceMs) / 1000)
    elapsed.textContent = sinceMs === undefined ? '' : 'for ' + (seconds < 60 ? '' : Math.floor(seconds / 60) + ' min ') + (seconds % 60) + ' s'
  }
  count(Number.parseFloat(elapsed.dataset.ms))
  setInterval(tick, 1000)

  let stream
  const stop = () => {
    stream?.close()
    stream = undefined
  }
  const again = () => {
    stop()
    location.reload()
  }
  const follow = () => {
    if (document.hidden) return stop()
    if (stream) return
    stream = new EventSource(address)
    stream.onmessage = again
    stream.addEventListener('state', ({data}) => {
      const {title, heading, message, output, elapsedMs} = JSON.parse(data)
      document.title = title
      part('heading').textContent = heading
      part('message').textContent = message
      part('output').textContent = output
      part('output').hidden = output === ''
      count(elapsedMs)
    })
    stream.onerror = () => {
      if (stream?.readyState === EventSource.CLOSED) setTimeout(again, 1000)
    }
  }
  document.addEventListener('visibilitychange', follow)
  addEventListener('pagehide', stop)
  addEventListener('pageshow', follow)
  follow()
})()`

/** Takes the main port over and ends, before it serves. */
process.on('message', (message: object) => {
  if ('go' in message) process.send?.({want: {host: '127.0.0.1', port: (message.go as {port: number}).port}})
  else process.exit(3)
})
process.send?.({ready: {version: '9.9.9'}})

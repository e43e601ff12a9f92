// The other side of SideBySide: runs the same cases with the real yjs. A line of JSON in, a line of JSON out.
// Started with --expose-gc by the Java side.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as readline from 'node:readline'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { pathToFileURL } from 'node:url'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..')
const require = createRequire(pathToFileURL(path.join(root, 'yjs/oracle/package.json')))
const Y = await import(pathToFileURL(path.join(path.dirname(require.resolve('yjs')), 'yjs.mjs')))

const trace = () => {
  const data = gunzipSync(fs.readFileSync(path.join(root, 'yjs/src/test/resources/b4-trace.bin.gz')))
  const edits = []
  let cursor = 0
  for (let at = 8; at < data.length;) {
    let z = 0
    for (let shift = 0; ; shift += 7) {
      const byte = data[at++]
      z |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    cursor += z & 1 ? -((z + 1) >> 1) : z >> 1
    const c = data[at++]
    edits.push(cursor, c)
    if (c !== 0) cursor++
  }
  return edits
}

const CLIENT = 0xfedcba98
const edits = trace()
let updates = []
let states = {}
let loaded
const vector = Y.encodeStateVector(Y.createDocFromSnapshot ? new Map([[CLIENT, 182000]]) : null)

const edit = () => {
  const doc = new Y.Doc()
  doc.clientID = CLIENT
  const text = doc.getText('text')
  const emitted = []
  doc.on('update', update => emitted.push(update))
  for (let i = 0; i < edits.length; i += 2) {
    if (edits[i + 1] === 0) text.delete(edits[i], 1)
    else text.insert(edits[i], String.fromCharCode(edits[i + 1]))
  }
  updates = emitted
  states = { v1: Y.encodeStateAsUpdate(doc), v2: Y.encodeStateAsUpdateV2(doc) }
  return text.length
}

const load = (update, v2) => {
  const doc = new Y.Doc()
  if (v2) Y.applyUpdateV2(doc, update)
  else Y.applyUpdate(doc, update)
  return doc
}

const crowd = kind => {
  const all = []
  for (let i = 0; i < 10000; i++) {
    const doc = new Y.Doc()
    doc.clientID = 1000 + ((i * 7919) % 10007)
    if (kind === 'map') doc.getMap('m').set('k', i)
    else doc.getText('t').insert(0, 'x')
    all.push(Y.encodeStateAsUpdate(doc))
  }
  return all
}
const crowds = { map: crowd('map'), text: crowd('text') }

const cases = {
  edit: () => edit(),
  apply: () => {
    const doc = new Y.Doc()
    let bytes = 0
    doc.on('update', update => { bytes += update.length })
    for (const update of updates) Y.applyUpdate(doc, update)
    return bytes
  },
  loadV1: () => load(states.v1, false).getText('text').length,
  loadV2: () => load(states.v2, true).getText('text').length,
  encodeV1: () => Y.encodeStateAsUpdate(loaded).length,
  encodeV2: () => Y.encodeStateAsUpdateV2(loaded).length,
  diff: () => Y.encodeStateAsUpdate(loaded, vector).length,
  crowdMap: () => { const doc = new Y.Doc(); for (const update of crowds.map) Y.applyUpdate(doc, update); return doc.getMap('m').get('k') },
  crowdText: () => { const doc = new Y.Doc(); for (const update of crowds.text) Y.applyUpdate(doc, update); return doc.getText('t').length },
  merge1k: () => Y.mergeUpdates(updates.slice(0, 1000)).length,
  merge10k: () => Y.mergeUpdates(updates.slice(0, 10000)).length
}

const small = new Set(['loadV1', 'loadV2', 'encodeV1', 'encodeV2', 'diff'])

const commands = {
  prepare: ({ directory }) => {
    edit()
    loaded = load(states.v1, false)
    fs.writeFileSync(path.join(directory, 'state.v1'), states.v1)
    fs.writeFileSync(path.join(directory, 'state.v2'), states.v2)
    const frames = []
    for (const update of updates) {
      const head = Buffer.alloc(4)
      head.writeUInt32BE(update.length)
      frames.push(head, update)
    }
    fs.writeFileSync(path.join(directory, 'updates'), Buffer.concat(frames))
    return { v1: states.v1.length, v2: states.v2.length, updates: updates.length }
  },
  run: ({ name }) => {
    const repeats = small.has(name) ? 20 : 1
    const begin = process.hrtime.bigint()
    let result
    for (let i = 0; i < repeats; i++) result = cases[name]()
    return { ms: Number(process.hrtime.bigint() - begin) / 1e6 / repeats, result: Number(result) }
  },
  heap: () => {
    const documents = []
    documents.push(load(states.v1, false))
    globalThis.gc()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 10; i++) documents.push(load(states.v1, false))
    globalThis.gc()
    const structs = documents[0].store.clients.get(CLIENT).length
    return { bytes: (process.memoryUsage().heapUsed - before) / 10, structs }
  },
  // in a fresh process only: the first load of a state from a file
  cold: ({ file }) => {
    const state = fs.readFileSync(file)
    const begin = process.hrtime.bigint()
    const doc = new Y.Doc()
    Y.applyUpdate(doc, state)
    const length = doc.getText('text').length
    return { ms: Number(process.hrtime.bigint() - begin) / 1e6, result: length }
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line)
  console.log(JSON.stringify(commands[command](rest)))
}

// Loads a module that imports nothing, and reads its memory.

export async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Expected ${url}, received status ${response.status}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  return new Module(instance.exports);
}

class Module {
  constructor(exports) {
    this.exports = exports;
  }
  // Views are made anew for each use: memory that grows detaches older ones.
  floats(at, length) {
    return new Float32Array(this.exports.memory.buffer, at, length);
  }
  bytes(at, length) {
    return new Uint8Array(this.exports.memory.buffer, at, length);
  }
  text(at, length) {
    return new TextDecoder().decode(this.bytes(at, length));
  }
  // Calls a function that returns 1 where it fails.
  call(name, ...values) {
    const { exports } = this;
    if (exports[name](...values) !== 0) throw new Error(this.text(exports.message(), exports.message_len()));
  }
}

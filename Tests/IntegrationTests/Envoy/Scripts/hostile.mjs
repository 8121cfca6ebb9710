// A client that writes bytes as they are. Each line of stdin is one try, in JSON:
//   {socket, ca, way, host, port, text, tls, parts, wait, fields}
// way: 'front' (the bare socket), 'tls' (TLS at once), 'tunnel' (CONNECT first), 'tunnel-tls' (CONNECT, then TLS).
// text is latin1; parts, if given, are sent one by one with a pause between them. fields, [[name, value]], is one HTTP/2
// request on stream 1 instead. Prints what came back, one line each; of HTTP/2 how it ended and the body.
import fs from 'node:fs';
import net from 'node:net';
import readline from 'node:readline';
import tls from 'node:tls';

const connected = (s, event) => new Promise((ok, no) => {
  s.once(event, ok);
  s.once('error', no);
  s.once('close', () => no(new Error('closed')));
});

async function open(o) {
  const s = net.connect(o.socket);
  await connected(s, 'connect');
  if (o.way.startsWith('tunnel')) {
    s.write(`CONNECT ${o.host}:${o.port} HTTP/1.1\r\nhost: ${o.host}:${o.port}\r\n\r\n`);
    const answer = await new Promise((ok) => s.once('data', ok));
    if (!answer.toString('latin1').startsWith('HTTP/1.1 200')) return { s, refused: answer.toString('latin1') };
  }
  if (!o.way.endsWith('tls')) return { s };
  const t = tls.connect({ socket: s, ca: fs.readFileSync(o.ca), servername: o.sni ?? o.host, ALPNProtocols: [o.alpn ?? 'http/1.1'],
    checkServerIdentity: () => undefined, ...o.tls });
  await connected(t, 'secureConnect');
  return { s: t };
}

async function attempt(o) {
  const begin = performance.now();
  let s;
  let seen = Buffer.alloc(0);
  try {
    const r = await open(o);
    s = r.s;
    if (r.refused) return { text: r.refused, tunnel: true };
    const end = new Promise((ok) => {
      s.on('error', ok);
      s.on('close', ok);
      s.on('data', (d) => {
        seen = Buffer.concat([seen, d]);
        if (complete(seen, o)) ok();
      });
    });
    if (o.fields) s.write(second(o.fields));
    else for (const part of o.parts ?? [o.text]) {
      s.write(Buffer.from(part, 'latin1'));
      if (o.parts) await new Promise((ok) => setTimeout(ok, 100));
    }
    await Promise.race([end, new Promise((ok) => setTimeout(ok, o.wait ?? 3000))]);
    return { text: o.fields ? frames(seen).text : seen.toString('latin1'), ms: performance.now() - begin };
  } catch (e) {
    return { error: e.code ?? e.message, text: seen.toString('latin1'), ms: performance.now() - begin };
  } finally {
    s?.destroy();
  }
}

// The preface, SETTINGS and a HEADERS frame that ends the stream (RFC 9113); fields as HPACK literals without indexing
// (RFC 7541, section 6.2.2), which say anything.
function second(fields) {
  const frame = (type, flags, stream, payload) => {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
  };
  const text = (t) => {
    const b = Buffer.from(t, 'latin1');
    const long = b.length - 127;
    return Buffer.concat([Buffer.from(long < 0 ? [b.length] : [127, ...integer(long)]), b]);
  };
  const integer = (n) => n < 128 ? [n] : [128 | n & 127, ...integer(n >> 7)];
  const block = Buffer.concat(fields.map(([k, v]) => Buffer.concat([Buffer.from([0]), text(k), text(v)])));
  const pieces = [];
  for (let at = 0; at === 0 || at < block.length; at += 16384) {
    const last = at + 16384 >= block.length ? 4 : 0;
    pieces.push(frame(at === 0 ? 1 : 9, (at === 0 ? 1 : 0) | last, 1, block.subarray(at, at + 16384)));
  }
  return Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0)), ...pieces]);
}

function frames(b) {
  let at = 0;
  let data = '';
  let end = '';
  while (at + 9 <= b.length && at + 9 + b.readUIntBE(at, 3) <= b.length) {
    const [length, type, flags, stream] = [b.readUIntBE(at, 3), b[at + 3], b[at + 4], b.readUInt32BE(at + 5)];
    if (type === 0) data += b.subarray(at + 9, at + 9 + length).toString('latin1');
    if (type === 3) end = end || 'reset';
    if (type === 7) end = end || 'goaway';
    if (type <= 1 && stream === 1 && flags & 1) end = end || 'answered';
    at += 9 + length;
  }
  return { done: end !== '', text: `HTTP/2 ${end}\r\n\r\n${data}` };
}

// One whole answer, unless the try wants to see what follows.
function complete(b, o) {
  if (o.all) return false;
  if (o.fields) return frames(b).done;
  const text = b.toString('latin1');
  const at = text.indexOf('\r\n\r\n');
  if (at < 0 || /^HTTP\/1\.1 1\d\d/.test(text)) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, at));
  if (length) return b.length >= at + 4 + Number(length[1]);
  return /\r\ntransfer-encoding: chunked/i.test(text.slice(0, at)) && text.endsWith('\r\n0\r\n\r\n');
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await attempt(JSON.parse(line))));
}

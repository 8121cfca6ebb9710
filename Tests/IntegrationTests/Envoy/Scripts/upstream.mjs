// The world that a test's agents talk to, on loopback only: HTTPS (h2 and HTTP/1.1), plain HTTP, and a DNS server.
// argv: certificate file, key file, JSON of {name: [addresses]}. Prints one line of JSON with its ports.
import dgram from 'node:dgram';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { createHash } from 'node:crypto';

const [certificate, key, names] = process.argv.slice(2);
const zone = JSON.parse(names);

function answer(request, response) {
  const url = new URL(request.url, 'http://h');
  const path = url.pathname;
  if (path === '/sse') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let n = 0;
    const timer = setInterval(() => response.write(`data: ${n++}\n\n`), 100);
    response.on('close', () => clearInterval(timer));
    return;
  }
  if (path === '/down') {
    let left = Number(url.searchParams.get('bytes'));
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const piece = Buffer.alloc(65536, 97);
    const pump = () => {
      while (left > 0) {
        const n = Math.min(left, piece.length);
        left -= n;
        if (!response.write(piece.subarray(0, n))) return response.once('drain', pump);
      }
      response.end();
    };
    return pump();
  }
  if (request.headers.te === 'trailers' && request.httpVersion === '2.0') {
    request.on('data', () => {}).on('end', () => {
      response.writeHead(200);
      response.addTrailers({ 'grpc-status': '0' });
      response.end('pong');
    });
    return;
  }
  const credential = request.headers.authorization ?? '';
  if (path === '/informational') {
    const status = Number(url.searchParams.get('status'));
    if (response.stream) response.stream.additionalHeaders({ ':status': status, 'x-echo': credential });
    else request.socket.write(`HTTP/1.1 ${status} Early\r\nx-echo: ${credential}\r\n\r\n`);
  }
  if (path === '/redirect') {
    response.writeHead(302, { location: `https://x.up.test/?t=${encodeURIComponent(credential)}`,
      'set-cookie': [`a=1`, `b=${credential}`] });
    return response.end();
  }
  if (path === '/error') {
    response.writeHead(500, { 'content-type': 'text/html' });
    return response.end(`<html>failed for ${credential}</html>`);
  }
  if (path === '/trailers') {
    response.writeHead(200, { trailer: 'x-echo' });
    response.write('body');
    response.addTrailers({ 'x-echo': credential });
    return response.end();
  }
  let size = 0;
  request.on('data', (d) => { size += d.length; });
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    // What an attacker tries first: an endpoint that says everything back. The digest tells the test what really came.
    if (request.headers.cookie) response.setHeader('x-cookie-bytes', request.headers.cookie.length);
    if (credential) response.setHeader('x-echo', credential);
    if (url.searchParams.has('gzip')) response.setHeader('content-encoding', 'gzip');
    response.end(JSON.stringify({ path: request.url, method: request.method, headers: request.headers,
      protocol: request.httpVersion, bytes: size, base64: Buffer.from(`x${credential}`).toString('base64'),
      digest: createHash('sha256').update(credential).digest('hex') }));
  });
}

function websocket(request, socket) {
  const credential = request.headers.authorization ?? '';
  const accept = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
    `sec-websocket-accept: ${accept}\r\n${credential ? `x-echo: ${credential}\r\n` : ''}\r\n`);
  // A text frame that says the credential back.
  if (credential) socket.write(Buffer.concat([Buffer.from([0x81, credential.length]), Buffer.from(credential)]));
  socket.on('data', (d) => socket.write(d));
  socket.on('error', () => {});
}

const secure = http2.createSecureServer(
  { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), allowHTTP1: true }, answer);
secure.on('upgrade', websocket);
const plain = http.createServer(answer);
plain.on('upgrade', websocket);

// RFC 1035, as little of it as c-ares asks for.
const dns = dgram.createSocket('udp4');
dns.on('message', (query, peer) => {
  let at = 12;
  const labels = [];
  while (query[at]) { labels.push(query.subarray(at + 1, at + 1 + query[at]).toString().toLowerCase()); at += 1 + query[at]; }
  const question = query.subarray(12, at + 5);
  const type = query.readUInt16BE(at + 1);
  const name = labels.join('.');
  const addresses = zone[name] ?? zone['*.' + labels.slice(1).join('.')];
  const four = (addresses ?? []).filter((a) => !a.includes(':'));
  const records = type === 1 ? four : [];
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(addresses ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  const answers = records.map((a) => Buffer.concat([
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]), Buffer.from(a.split('.').map(Number))]));
  dns.send(Buffer.concat([head, question, ...answers]), peer.port, peer.address);
});

const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const udp = new Promise((done) => dns.bind(0, '127.0.0.1', () => done(dns.address().port)));
console.log(JSON.stringify({ secure: await listen(secure), plain: await listen(plain), dns: await udp }));
process.stdin.on('end', () => process.exit(0)).resume();

// Stands between Envoy and one of the gateway's sockets, so that a test can cut what is under way.
// argv: socket to listen on, socket to pass everything on to.
import fs from 'node:fs';
import net from 'node:net';

const [from, to] = process.argv.slice(2);
fs.rmSync(from, { force: true });
const server = net.createServer((a) => {
  const b = net.connect(to);
  a.pipe(b);
  b.pipe(a);
  for (const s of [a, b]) s.on('error', () => { a.destroy(); b.destroy(); });
});
server.listen(from, () => console.log('{}'));
process.stdin.on('end', () => process.exit(0)).resume();

// The handler of the webhook documentation on Node's own HTTP server: verifies, answers, stores nothing.
// Usage: node node-http.mjs PORT PUBLIC_KEY_FILE
import { createServer } from 'node:http';
import { createVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [port, publicKeyFile] = process.argv.slice(2);
const publicKey = readFileSync(publicKeyFile, 'utf8');

createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const verifier = createVerify('RSA-SHA256').update(Buffer.concat(chunks));
    const authentic = verifier.verify(publicKey, request.headers['x-thunderstack-signature'] ?? '', 'base64');
    const message = authentic ? 'Webhook event processed successfully' : 'Forbidden - Invalid Signature';
    const body = JSON.stringify({ message });
    response.writeHead(authentic ? 200 : 403, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1');

#!/bin/sh
# Makes the signatures of this folder anew, with throwaway keys whose private halves are never kept:
# one set with openssl, one with node's crypto. Run it here; the tests then use what it wrote.
set -eu
cd "$(dirname "$0")"
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT

printf '%s' '{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"your-node-id","status":"RUNNING"},"nodeId":"your-node-id"}' > running.json
printf '%s\n' '{ "nodeId": "n\u00f6de", "details": { "status": "FAILED", "nodeId": "nöde" }, "eventTimestamp": "2024-11-06T12:00:00.123+02:00", "eventType": "NODE_STATUS_UPDATED" }' > spaced.json
printf '' > empty.bin
printf '\377\000\r\n\200' > bytes.bin

for bits in 2048 4096; do
  openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "$private/key.pem"
  openssl pkey -in "$private/key.pem" -pubout -out "openssl-$bits.pem"
  for body in running.json spaced.json empty.bin bytes.bin; do
    openssl dgst -sha256 -sign "$private/key.pem" "$body" | openssl base64 -A > "openssl-$bits.$body.sig"
  done
done

node -e '
  const { createSign, generateKeyPairSync } = require("crypto");
  const { readFileSync, writeFileSync } = require("fs");
  for (const bits of [2048, 3072]) {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
    writeFileSync(`node-${bits}.pem`, publicKey.export({ type: "pkcs1", format: "pem" }));
    for (const body of ["running.json", "spaced.json", "empty.bin", "bytes.bin"]) {
      const signature = createSign("RSA-SHA256").update(readFileSync(body)).sign(privateKey, "base64");
      writeFileSync(`node-${bits}.${body}.sig`, signature);
    }
  }'

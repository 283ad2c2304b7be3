#!/bin/sh
# make run: the sanitiser on http://localhost:PORT, until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
port=${1:-8080}
cat <<EOF

  関所 — ファイルの無害化
    画面:           http://localhost:$port
    コマンドライン: build/bin/sekisho sanitize 文書.pdf -o 無害化済み.pdf
    終わるには:     Ctrl-C

  Sekisho - disarming files
    page:           http://localhost:$port
    command line:   build/bin/sekisho sanitize IN.pdf -o OUT.pdf
    to end:         Ctrl-C

EOF
exec build/bin/sekishod --port "$port"
